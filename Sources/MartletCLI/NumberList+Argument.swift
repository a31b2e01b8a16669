public import ArgumentParser
public import LoadTesting

extension NumberList: ExpressibleByArgument {
    /// Reads the list of an option.
    public init?(argument: String) {
        self.init(argument)
    }

    /// The list in the help's text.
    public var defaultValueDescription: String { description }
}

/// A piece of a model's answer, in the order in which the model wrote it.
public enum AnswerPart: Sendable, Equatable {
    /// More of what the model thinks before it answers.
    case reasoning(String)
    /// More of the answer itself.
    case content(String)
    /// A call begins; `index` counts the calls of this answer from 0.
    ///
    /// The id is the model's own, nil where it wrote none or wrote it behind the arguments.
    case toolCall(index: Int, name: String, id: String?)
    /// More of the arguments of call `index`; the fragments joined are a JSON object.
    case arguments(index: Int, fragment: String)
    /// The arguments of call `index` are whole. A call without this part was broken or cut off.
    case toolCallEnd(index: Int)

    /// The same parts with neighbours of one kind joined.
    public static func merged(_ parts: [AnswerPart]) -> [AnswerPart] {
        var buffer = PartBuffer()
        for part in parts { buffer.append(part) }
        return buffer.take()
    }
}

public import JSONDocuments
public struct TemplateCapabilities: Sendable { public var typedContent = false }
public enum ChatTemplateError: Error, Sendable, Equatable { case stub; public var description: String { "stub" } }
public struct TemplateDate: Sendable { public init(unixSeconds: Int64) {} }
public struct TemplateVariable: Sendable { public init(_ name: String, _ value: JSONValue, isTrusted: Bool) {} }
public struct ChatTemplate: Sendable { public let source: String
 public init(_ source: String) throws(ChatTemplateError) { self.source = source }
 public var usesTools: Bool { false }
 public func capabilities(now: TemplateDate) -> TemplateCapabilities { .init() }
 public func render(_ v: [TemplateVariable], now: TemplateDate) throws(ChatTemplateError) -> RenderedPrompt { throw .stub } }

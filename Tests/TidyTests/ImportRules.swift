/// Who may import whom: arrows only go up this list.
enum Layers {
    static let imports: [(module: String, mayImport: Set<String>)] = [
        ("CMachine", []),
        ("CSystemCalls", []),
        ("CLimits", []),
        ("CKernels", []),
        ("Compute", ["CKernels", "CMachine"]),
        ("CAssets", []),
        ("Assets", ["CAssets"]),
        ("JSONDocuments", []),
        ("Checkpoints", ["Compute"]),
        ("Tokenization", []),
        ("ChatTemplates", ["JSONDocuments"]),
        ("Grammars", ["JSONDocuments"]),
        ("Architectures", ["Checkpoints", "Compute"]),
        ("PagedCache", []),
        ("Scheduling", ["PagedCache"]),
        ("Sampling", []),
        (
            "Inference",
            [
                "Architectures", "Checkpoints", "Compute", "Grammars", "PagedCache", "Sampling",
                "Scheduling",
            ]
        ),
        (
            "TextGeneration",
            [
                "ChatTemplates", "Checkpoints", "Grammars", "Inference", "JSONDocuments",
                "Sampling", "Scheduling", "Tokenization",
            ]
        ),
        ("AnswerParsing", ["JSONDocuments"]),
        ("OpenAIProtocol", ["JSONDocuments"]),
        ("PrometheusExport", []),
        (
            "Serving",
            [
                "AnswerParsing", "Assets", "ChatTemplates", "Grammars", "Inference",
                "JSONDocuments", "OpenAIProtocol", "PagedCache", "PrometheusExport", "Sampling",
                "Scheduling", "TextGeneration", "Tokenization",
            ]
        ),
        ("LoadTesting", []),
        (
            "Measuring",
            [
                "CLimits", "Checkpoints", "Compute", "Inference", "LoadTesting", "Sampling",
                "Scheduling",
            ]
        ),
        (
            "Martlet",
            [
                "Architectures", "Assets", "ChatTemplates", "Checkpoints", "Compute", "Grammars",
                "Inference", "JSONDocuments", "Sampling", "Scheduling", "TextGeneration",
                "Tokenization",
            ]
        ),
        ("MartletClient", ["JSONDocuments"]),
        ("ModelHub", ["CSystemCalls", "JSONDocuments"]),
        ("TerminalChat", ["CMachine", "JSONDocuments"]),
        (
            "MartletCLI",
            [
                "AnswerParsing", "Architectures", "Assets", "CSystemCalls", "ChatTemplates",
                "Checkpoints", "Compute", "Grammars", "Inference", "JSONDocuments", "LoadTesting",
                "MartletClient", "Measuring", "ModelHub", "Sampling", "Scheduling", "Serving",
                "TerminalChat", "TextGeneration", "Tokenization",
            ]
        ),
    ]

    /// Packages from outside that only some rooms may use.
    static let packages: [(prefix: String, users: Set<String>)] = [
        ("Hummingbird", ["Serving"]),
        ("NIO", ["LoadTesting", "MartletClient", "ModelHub", "Serving"]),
        ("AsyncHTTPClient", ["MartletClient", "ModelHub"]),
        ("ArgumentParser", ["MartletCLI"]),
        ("Crypto", ["ModelHub"]),
        ("HTTPTypes", ["Serving"]),
    ]

    static let modules = Set(imports.map(\.module))
}

extension Rule {
    static let importDirection = Rule("a module imports only the layers below it") { file in
        // The examples in a module's documentation import the module.
        guard file.components.first == "Sources", !file.isMarkdown, let module = file.target
        else { return [] }
        guard let layer = Layers.imports.first(where: { $0.module == module }) else {
            return [Violation(line: 0, reason: "\(module) has no place in the list of layers")]
        }
        return file.source.code.violations { line in
            guard let imported = importedModule(line).map(String.init) else { return nil }
            let isOurs = Layers.modules.contains(imported)
            if isOurs && !layer.mayImport.contains(imported) {
                return "\(module) imports \(imported)"
            }
            let package = Layers.packages.first { imported.hasPrefix($0.prefix) }
            guard let package, !package.users.contains(module) else { return nil }
            return "\(module) imports \(imported)"
        }
    }
}

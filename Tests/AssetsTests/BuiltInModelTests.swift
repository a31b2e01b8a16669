import Assets
import FoundationEssentials
import TestData
import Testing

@Suite("Model in the box")
struct BuiltInModelTests {
    private static func contents(_ folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            contents[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return contents
    }

    @Test("it is laid out whole, and what is broken or missing is mended")
    func layout() throws {
        let caches = try TemporaryFolder()
        let folder = try BuiltInModel.folder(in: caches.path)
        #expect(folder == caches.path + "/martlet/martlet-mini")
        let whole = try Self.contents(folder)
        #expect(whole["config.json"] != nil && whole["model.safetensors"] != nil)
        try Data("{".utf8).write(to: URL(filePath: folder + "/config.json"))
        try FileManager.default.removeItem(atPath: folder + "/tokenizer.json")
        #expect(try BuiltInModel.folder(in: caches.path) == folder)
        #expect(try Self.contents(folder) == whole)
    }

    @Test("a folder that cannot be written is named, with what to do")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "file")
        let error = #expect(throws: AssetError.self) {
            try BuiltInModel.folder(in: folder.path + "/file")
        }
        #expect(error?.description.contains("XDG_CACHE_HOME") == true)
        #expect(error?.description.contains(folder.path) == true)
    }
}

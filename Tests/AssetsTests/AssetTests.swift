import Assets
import FoundationEssentials
import Testing

/// What is in the binary against the files of the checkout.
@Suite("Assets")
struct AssetTests {
    private static let root = #filePath.split(separator: "/").dropLast(3)
        .reduce(into: "") { $0 += "/" + $1 }

    private static func names(in folder: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder))
    }

    @Test("every file of the page is in the binary as it is, and no other")
    func page() throws {
        let files = try Self.names(in: "Sources/CAssets/page")
        let assets = Asset.all.filter { $0.path.hasPrefix("page/") }
        #expect(Set(assets.map { String($0.path.dropFirst(5)) }) == files)
        for asset in assets {
            let path = Self.root + "/Sources/CAssets/" + asset.path
            #expect(FileManager.default.contents(atPath: path) == Data(asset.bytes), "\(path)")
        }
    }

    @Test("the model in the box is the one of Examples, and no file of it is left out")
    func model() throws {
        let files = try Self.names(in: "Examples/martlet-mini").subtracting(["README.md"])
        let assets = Asset.all.filter { $0.path.hasPrefix("martlet-mini/") }
        #expect(Set(assets.map { String($0.path.dropFirst("martlet-mini/".count)) }) == files)
        for asset in assets {
            let path = Self.root + "/Examples/" + asset.path
            #expect(FileManager.default.contents(atPath: path) == Data(asset.bytes), "\(path)")
        }
    }

    @Test("what is not there is not found")
    func missing() {
        for path in ["", "page", "page/", "page/../page/index.html", "index.html", "page/x"] {
            #expect(Asset.named(path) == nil)
        }
    }
}

import FoundationEssentials
import TerminalChat
import TestData
import Testing

@Suite("The history")
struct HistoryTests {
    @Test("entries of any form come back as they were")
    func roundTrip() {
        let files = MemoryFiles()
        let entries = ["one", "two\nlines", "back\\slash\\n", "tab\tand é", "\r\n"]
        var history = History(path: "h", files: files)
        for entry in entries { history.add(entry) }
        #expect(History(path: "h", files: files).entries == Array(entries.dropLast()))
        #expect(files.text("h") == "one\ntwo\\nlines\nback\\\\slash\\\\n\ntab\tand é\n")
    }

    @Test("the same entry twice in a row is kept once, and a thousand are kept at all")
    func bounds() {
        let files = MemoryFiles()
        var history = History(path: "h", files: files)
        history.add("x")
        history.add("x")
        #expect(history.entries == ["x"])
        for number in 0..<1200 { history.add("\(number)") }
        #expect(history.entries.count == 1000)
        #expect(History(path: "h", files: files).entries == (200..<1200).map { "\($0)" })
        history.add(String(repeating: "y", count: 40_000))
        #expect(history.entries.last == "1199")
    }

    @Test("two conversations at once both keep their entries")
    func twoWriters() {
        let files = MemoryFiles()
        var first = History(path: "h", files: files)
        var second = History(path: "h", files: files)
        first.add("one")
        second.add("two")
        first.add("three")
        #expect(History(path: "h", files: files).entries == ["one", "two", "three"])
        #expect(first.entries == ["one", "three"])
    }

    @Test("a broken file is a note, and stays as it is")
    func brokenFile() {
        let files = MemoryFiles()
        files.put([0xFF, 0xFE, 0x0A], at: "h")
        var history = History(path: "h", files: files)
        #expect(history.note == "The history is not kept: 'h' is no text.")
        history.add("one")
        #expect(history.entries == ["one"])
        #expect(files.text("h")?.utf8.count == 7)
    }

    @Test("a file that cannot be written is a note")
    func unwritableFile() {
        var history = History(path: "h", files: MemoryFiles(broken: ["h"]))
        history.add("one")
        #expect(history.note == "The history is not kept: 'h' cannot be read.")
        #expect(history.entries == ["one"])
    }

    @Test("without a path nothing is written")
    func memoryOnly() {
        let files = MemoryFiles()
        var history = History(path: nil, files: files)
        history.add("one")
        #expect(history.entries == ["one"])
        #expect(files.text("h") == nil)
    }

    @Test("its place is the one XDG gives")
    func place() {
        #expect(
            History.path(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])
                == "/s/martlet/history"
        )
        #expect(
            History.path(environment: ["XDG_STATE_HOME": "s", "HOME": "/h"])
                == "/h/.local/state/martlet/history"
        )
        #expect(History.path(environment: [:]) == nil)
    }

    @Test("on a disk its owner alone can read it, and nothing else is left there")
    func disk() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/state/martlet/history"
        var history = History(path: path, files: DiskFiles())
        history.add("one")
        history.add("two")
        #expect(history.note == nil)
        #expect(History(path: path, files: DiskFiles()).entries == ["one", "two"])
        #expect(try rights(path) == 0o600)
        #expect(try rights(folder.path + "/state/martlet") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: folder.path + "/state/martlet"
        )
        #expect(names == ["history"])
    }

    @Test("a folder in place of the file is a note")
    func folderInPlace() throws {
        let folder = try TemporaryFolder()
        let history = History(path: folder.path, files: DiskFiles())
        #expect(
            history.note
                == "The history is not kept: '\(folder.path)' is no file that can be read."
        )
    }

    private func rights(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        switch attributes[.posixPermissions] {
        case let value as Int: return value & 0o777
        case let value as UInt: return Int(value) & 0o777
        case let value as UInt16: return Int(value) & 0o777
        case let value as UInt32: return Int(value) & 0o777
        default: return -1
        }
    }
}

import Scheduling
import Testing

@Suite("Reserving schedules")
struct ReservingScheduleTests {
    private let requests = [
        PictureRequest(name: "a", prompt: 3, output: 2),
        PictureRequest(name: "b", prompt: 3, output: 4),
        PictureRequest(name: "c", prompt: 3, output: 1, arrives: 2),
    ]

    @Test("a static batch starts and ends together and reserves the maximum length")
    func staticBatch() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 12,
            maxModelLength: 16,
            policy: .static,
            requests
        ) {
            """
            step   a    b    c   free  done
               1  +3   +3    .     4     -
               2  +1   +1    .     4     -
               3   .   +1    .     4     -
               4   .   +1    .    12    ab
               5   .    .   +3    12     c
            """
        }
    }

    @Test("a static batch has no more members than reservations fit")
    func reservations() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 7,
            maxModelLength: 16,
            policy: .static,
            requests
        ) {
            """
            step   a    b    c   free  done
               1  +3    .    .     3     -
               2  +1    .    .     7     a
               3   .   +3    .     3     -
            """
        }
    }

    @Test("sequential serves one after another")
    func sequential() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 12,
            maxModelLength: 16,
            policy: .sequential,
            requests
        ) {
            """
            step   a    b    c   free  done
               1  +3    .    .     8     -
               2  +1    .    .    12     a
               3   .   +3    .     8     -
               4   .   +1    .     8     -
               5   .   +1    .     8     -
               6   .   +1    .    12     b
               7   .    .   +3    12     c
            """
        }
    }
}

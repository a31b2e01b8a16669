import Scheduling
import Testing

@Suite("Continuous schedule")
struct ContinuousScheduleTests {
    @Test("a long prompt is filled in chunks of half a step beside running decodes")
    func chunksBesideDecodes() {
        expectSchedule(
            tokensPerStep: 8,
            blocks: 12,
            [
                PictureRequest(name: "a", prompt: 3, output: 5),
                PictureRequest(name: "b", prompt: 14, output: 3, arrives: 2),
            ]
        ) {
            """
            step   a    b   free  done
               1  +3    .    11     -
               2  +1   +4    10     -
               3  +1   +4     8     -
               4  +1   +4     7     -
               5  +1   +2     8     a
               6   .   +1     8     -
               7   .   +1    12     b
            """
        }
    }

    @Test("a prompt that is alone has the whole step")
    func alone() {
        expectSchedule(
            tokensPerStep: 8,
            blocks: 12,
            [PictureRequest(name: "a", prompt: 20, output: 2)]
        ) {
            """
            step   a   free  done
               1  +8    10     -
               2  +8     8     -
               3  +4     7     -
               4  +1    12     a
            """
        }
    }

    @Test("a short prompt starts beside long ones that came before it")
    func shortBesideLong() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 40,
            slotsPerBlock: 2,
            [
                PictureRequest(name: "a", prompt: 30, output: 1),
                PictureRequest(name: "b", prompt: 30, output: 1),
                PictureRequest(name: "c", prompt: 2, output: 1),
            ]
        ) {
            """
            step   a    b    c   free  done
               1 +10   +4   +2    33     c
               2 +12   +4    .    25     -
               3  +8   +8    .    32     a
               4   .  +14    .    40     b
            """
        }
    }

    @Test("a request joins at the step after its arrival and leaves when it ends")
    func joinAndLeave() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 8,
            running: 2,
            [
                PictureRequest(name: "a", prompt: 4, output: 4),
                PictureRequest(name: "b", prompt: 2, output: 2, arrives: 2),
                PictureRequest(name: "c", prompt: 3, output: 1, arrives: 2),
            ]
        ) {
            """
            step   a    b    c   free  done
               1  +4    .    .     7     -
               2  +1   +2    .     5     -
               3  +1   +1    .     6     b
               4  +1    .   +3     8    ac
            """
        }
    }

    @Test("when blocks run out the latest loses its own, waits at the head and catches up")
    func preemption() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 7,
            slotsPerBlock: 2,
            [
                PictureRequest(name: "a", prompt: 2, output: 9),
                PictureRequest(name: "b", prompt: 2, output: 9),
                PictureRequest(name: "c", prompt: 2, output: 1, arrives: 2),
            ]
        ) {
            """
            step   a    b    c   free  done
               1  +2   +2    .     5     -
               2  +1   +1    .     3     -
               3  +1   +1    .     3     -
               4  +1   +1    .     1     -
               5  +1   +1    .     1     -
               6  +1    x    .     3     -
               7  +1    .    .     3     -
               8  +1    .    .     2     -
               9  +1    .    .     7     a
              10   .   +7   +2     3     c
              11   .   +1    .     3     -
              12   .   +1    .     2     -
              13   .   +1    .     7     b
            """
        }
    }

    @Test("the most urgent goes first and the least urgent is preempted")
    func priority() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 8,
            running: 1,
            [
                PictureRequest(name: "a", prompt: 2, output: 1, priority: 5),
                PictureRequest(name: "b", prompt: 2, output: 1, priority: 5),
                PictureRequest(name: "c", prompt: 2, output: 1, priority: -1),
            ]
        ) {
            """
            step   a    b    c   free  done
               1   .    .   +2     8     c
               2  +2    .    .     8     a
               3   .   +2    .     8     b
            """
        }
    }

    @Test("a cancelled request gives its blocks back at once, wherever it stands")
    func cancel() {
        expectSchedule(
            tokensPerStep: 4,
            blocks: 8,
            running: 2,
            [
                PictureRequest(name: "a", prompt: 2, output: 9, cancelled: 3),
                PictureRequest(name: "b", prompt: 9, output: 9, cancelled: 3),
                PictureRequest(name: "c", prompt: 2, output: 9, cancelled: 2),
                PictureRequest(name: "d", prompt: 2, output: 1),
            ]
        ) {
            """
            step   a    b    c    d   free  done
               1  +2   +2    .    .     6     -
               2  +1   +2    .    .     6     -
               3   .    .    .   +2     8     d
            """
        }
    }

    @Test("a request that generates nothing ends with its prompt")
    func noOutput() {
        expectSchedule(
            tokensPerStep: 4,
            blocks: 8,
            [PictureRequest(name: "a", prompt: 6, output: 0)]
        ) {
            """
            step   a   free  done
               1  +4     7     -
               2  +2     8     a
            """
        }
    }
}

import Scheduling
import Testing

@Suite("Prefix cache schedule")
struct PrefixScheduleTests {
    @Test("a second request computes only what the first has not")
    func hit() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 12,
            prefixCaching: true,
            [
                PictureRequest(name: "a", prompt: 10, shared: 8, output: 3),
                PictureRequest(name: "b", prompt: 11, shared: 8, output: 2, arrives: 2),
            ]
        ) {
            """
            step   a    b   free  done
               1 +10    .     9     -
               2  +1   +3     8     -
               3  +1   +1    12    ab
            """
        }
    }

    @Test("a full hit computes the last block again, for the logits of its last token")
    func fullHit() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 12,
            prefixCaching: true,
            [
                PictureRequest(name: "a", prompt: 8, shared: 8, output: 1),
                PictureRequest(name: "b", prompt: 8, shared: 8, output: 1, arrives: 2),
            ]
        ) {
            """
            step   a    b   free  done
               1  +8    .    12     a
               2   .   +4    12     b
            """
        }
    }

    @Test("two with the same prompt in one step both compute it; siblings wait a step and hit")
    func siblings() {
        expectSchedule(
            tokensPerStep: 32,
            blocks: 24,
            prefixCaching: true,
            [
                PictureRequest(name: "a", prompt: 10, shared: 10, output: 2),
                PictureRequest(name: "b", prompt: 10, shared: 10, output: 2, follows: "a"),
                PictureRequest(name: "c", prompt: 10, shared: 10, output: 2),
            ]
        ) {
            """
            step   a    b    c   free  done
               1 +10    .  +10    18     -
               2  +1   +2   +1    21    ac
               3   .   +1    .    24     b
            """
        }
    }

    @Test("a request for prompt logits computes every position itself")
    func promptLogits() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 12,
            prefixCaching: true,
            [
                PictureRequest(name: "a", prompt: 9, shared: 9, output: 1),
                PictureRequest(
                    name: "b",
                    prompt: 9,
                    shared: 9,
                    output: 1,
                    arrives: 2,
                    wantsPromptLogits: true
                ),
            ]
        ) {
            """
            step   a    b   free  done
               1  +9    .    12     a
               2   .   +9    12     b
            """
        }
    }

    @Test("a preempted request finds its own blocks again as far as nobody took them")
    func afterPreemption() {
        expectSchedule(
            tokensPerStep: 16,
            blocks: 9,
            slotsPerBlock: 2,
            prefixCaching: true,
            [
                PictureRequest(name: "a", prompt: 4, output: 12),
                PictureRequest(name: "b", prompt: 4, output: 8),
            ]
        ) {
            """
            step   a    b   free  done
               1  +4   +4     5     -
               2  +1   +1     3     -
               3  +1   +1     3     -
               4  +1   +1     1     -
               5  +1   +1     1     -
               6  +1    x     4     -
               7  +1    .     4     -
               8  +1    .     3     -
               9  +1    .     3     -
              10  +1    .     2     -
              11  +1    .     2     -
              12  +1    .     9     a
              13   .   +7     4     -
              14   .   +1     4     -
              15   .   +1     9     b
            """
        }
    }
}

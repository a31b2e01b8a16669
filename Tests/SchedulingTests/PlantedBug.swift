import Testing

/// Defects that schedulers and block pools have had, or nearly had.
///
/// ``Subject`` plants them around the real operations; the simulation must find every one.
enum PlantedBug: String, CaseIterable, CustomTestStringConvertible {
    // MARK: Blocks are lost

    /// A request that is cancelled while it runs keeps its last block.
    case cancellingKeepsABlock
    /// A request whose logits were not finite keeps its last block.
    case failingKeepsABlock
    /// A request that ends keeps its last block.
    case finishingKeepsABlock
    /// A preempted request keeps a block that it no longer knows of.
    case preemptingKeepsABlock
    /// A block without references does not come back to the free list.
    case freedBlockIsNowhere

    // MARK: Blocks have two owners

    /// A block that is taken can be taken again.
    case takenBlockStaysFree
    /// Cancelling releases blocks that others share once too often.
    case sharedBlockIsReleasedTwice
    /// Adopting a cached block adds no reference.
    case prefixHitIsNotCounted

    // MARK: Cached blocks lie

    /// A block that is taken is still found by its old content.
    case evictedBlockIsStillFound
    /// What a step will compute can be found before it has, even if it then never does.
    case planIsRegisteredBeforeItIsComputed
    /// The whole prompt can be found from admission on.
    case promptIsRegisteredWhenAdmitted
    /// A block can be found when its last slot is still empty.
    case blockIsRegisteredOneSlotEarly
    /// A block is entered under the tokens one position later.
    case contentIsShiftedByOne
    /// A block is entered as if nothing came before it.
    case parentIsForgotten
    /// All namespaces are one.
    case namespaceIsForgotten
    /// A request for prompt logits takes positions from the cache, which has none.
    case promptLogitsUseTheCache

    // MARK: Rows are wrong

    /// After a prefix hit the first token is left out.
    case tokenAfterAPrefixHitIsSkipped
    /// The model is given the blocks in the wrong order.
    case blocksAreSwapped
    /// A step has one token more than it may.
    case oneTokenTooManyInAStep
    /// One request more runs than may.
    case oneRequestTooMany
    /// The last request of a step is never given a token.
    case lastOfTheStepIsForgotten

    // MARK: Requests are treated wrongly

    /// Cancelling a running request also removes the head of the queue.
    case queueHeadIsLost
    /// A preempted request is gone.
    case preemptedIsNotQueued
    /// A preempted request begins again from its prompt.
    case preemptedLosesItsAnswer
    /// The oldest request is preempted and not the youngest.
    case firstIsPreempted
    /// The queue is a stack.
    case lastIsServedFirst
    /// Reserving policies let requests join a batch under way.
    case joinsAStaticBatch

    // MARK: Clients are told wrongly

    /// A request ends twice.
    case endIsToldTwice
    /// A request that reaches its length is removed without a word.
    case endIsNotTold
    /// A cancelled request is sent the token of the step under way.
    case goneRequestGetsAToken
    /// A stop token ends an answer that is too short.
    case minimumIsIgnored
    /// An answer is one token too long.
    case oneTokenTooMany

    var testDescription: String { rawValue }
}

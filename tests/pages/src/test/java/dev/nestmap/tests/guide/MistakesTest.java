/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each mistake that a service for billing once made in silence, or with an answer that came late, has a test of the answer. Where the answer can't be
 * given, the page says it at the place where the mistake is made.
 */
class MistakesTest {
    private static final Path ROOT = Path.of("../..");

    /** The mistake, the test of the answer, and what its source or a resource contains. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # declaring
                    an int in Java for a number of 32 bits | RulesTest#isReportedWhereASourceBreaksIt | rules/NM-506
                    a counter of 32 bits | RulesTest#isReportedWhereASourceBreaksIt | rules/NM-507
                    a per-CPU map in programs that interrupt each other | RulesTest#isReportedWhereASourceBreaksIt | rules/NM-504
                    an LRU_HASH for a bill | KernelFullMapsTest#anEvictingMapIsAlwaysInDoubt | EVICTS
                    # the C program
                    a key whose padding or text is not clear | HeaderLoadTest#bytesOutsideOfTheFieldsOfAKeyMakeNoSecondEntry | ''
                    lookup_or_init with 1, and then an addition | HeaderPrinterTest#saysWhatTheInitialValueIsFor | to which you then add
                    lookup_or_init of a per-CPU map | HeaderPrinterTest#saysWhatTheInitialValueIsFor | Only this CPU's value
                    _add of a point of time | HeaderPrinterTest#addsNoPointsOfTime | ''
                    bpf_ktime_get_ns as a time of day | KernelClockTest#aProgramsTimesLieBetweenTheReadingsBeforeAndAfter | ''
                    a sleepable program | OuterContract#rejectsARotationBesideASleepableProgram | ''
                    a sleepable program of another object | KernelUpgradeTest#aMapThatASleepableProgramOfAnotherObjectUsesIsInDoubt | ''
                    an LSM program on a kernel without BPF LSM | KernelObjectTest#namesTheSecurityModuleThatLsmProgramsNeed | ''
                    # running
                    the result of swap ignored | GoldenTest | golden/base/com/acme/FlowsBpf.java: @CheckReturnValue
                    a full map, asked before it is read | DrainContract#aFullMapIsDoubtfulAndReported | ''
                    an addition that a full map refuses | KernelFullMapsTest#eachAdditionIsDrainedOrRefusedOrUnknown | ''
                    attached before there are maps | KernelUncountedSumTest#theSumHoldsOverKills | unknownKey
                    attached twice to one hook | DoubleAttachmentTest#aProgramIsNotAttachedTwiceToOneHook | ''
                    attached beside the pinned link of an earlier run | DoubleAttachmentTest#aProgramOfAnEarlierRunThatCountsInTheSameMapsIsNotJoined | ''
                    a parent and a child control group | DoubleAttachmentTest#groupsAboveAndBelowAreReported | ''
                    pinned maps, and a link without a pin | DoubleAttachmentTest#aLinkWithoutAPinIsReportedIfItsMapsArePinned | ''
                    on demand without a server | NestmapMetricsTest#metersExistBeforeAnythingHappens | nestmap.requests.servers
                    watch of the server only | NestmapMetricsTest#watchingAServerWatchesItsMap | ''
                    never drained | NestmapMetricsTest#metersExistBeforeAnythingHappens | nestmap.drain.age
                    an unknown key drained | NestmapMetricsTest#aDrainOfAKeyWithoutAMapIsNoDrain | ''
                    stored on another thread | DrainContract#aKeptTicketOutlivesTheAction | ''
                    one connection for drains and reports | JdbcStoreContract#drainsAndReportsOfTwoThreadsDoNotMix | ''
                    a data source with one connection | JdbcStoreContract#oneConnectionForTwoThreadsIsRefused | ''
                    a map that always fails | DrainContract#aDrainGoesOnAfterFailuresAndThrowsAllOfThem | ''
                    a customer whose row is refused, over restarts | PostgresStoreTest#aMissingPartitionConcernsItsCustomerOnly | ''
                    a map that Kafka refuses | ShipperFailureTest#saysWhichMessageIsTooLarge | ''
                    # upgrading
                    a plain map in which programs count | KernelUpgradeTest#aPlainMapInWhichProgramsMayCountWaits | ''
                    another @Unit | EntryPlanTest#aUnitThatAppearsIsNamed | ''
                    # surroundings
                    a path with an umlaut and LC_ALL=POSIX | DisturbedBuildTest#namesTheLocaleThatHasNoSuchFileNames | ''
                    # a bill, made from the pages: 27 mistakes were silent in November 2026; those that still are have a page below
                    another order of an enum's constants, pinned | EntryPlanTest#theConstantsOfAnIndexKeepTheirNames | ''
                    another pin in a new version | PinsTest#aPinOfAnotherVersionThatNobodyOpensIsNamed | ''
                    a number that becomes a Duration | EntryPlanTest#aUnitThatAppearsIsNamed | ''
                    another interface, and the links of the last one | SecondStartTest#aLinkOfAnEarlierStartThatIsNotReplacedIsNamed | ''
                    a customer who has left the file | BillingTest#aCustomerWhoLeavesIsBilledNoMore | ''
                    the day on which a map is stored | JdbcStoreContract#theDayOnWhichAMapIsStoredIsLogged | ''
                    a point of time for a date | JdbcStoreContract#aDayNeedsItsZone | ''
                    a statement that overwrites counts | JdbcStoreContract#aStatementThatReplacesCountsIsLogged | ''
                    two statements with other orders of values | JdbcStoreContract#anInsertWithItsValuesInAnotherOrderIsAnError | ''
                    packets in the column of bytes | JdbcStoreContract#addsTheCountsOfEachDrain | Map.of("packets", Sender::packets, "bytes", Sender::bytes)
                    two stores in one action | JdbcStoreContract#twoStoresForOneTicketAreAnError | ''
                    a column of floating point | JdbcStoreContract#aColumnThatCanNotHoldEachCountIsRefused | ''
                    a connection of its own in execute | JdbcStoreContract#anActionWithAConnectionOfItsOwnIsLogged | ''
                    a mapper that adds no row | JdbcStoreContract#aMapperThatLeavesOutEachEntryIsLoggedOnce | ''
                    removed rows of nestmap_stored | JdbcStoreContract#rowsThatSomebodyRemovesAreMissed | ''
                    a database that may lose a commit | SqliteStoreTest#aDatabaseThatMayLoseACommitIsLogged | ''
                    another name of the machine | JdbcStoreContract#aMapOfAKilledDrainCommandIsStoredOnce | the machine has another name
                    the host's end of a veth, an address of nobody, and frames that are not IP | BillSumTest#theSumOfAllRowsIsWhatTheInterfaceHasSeen | NOBODY
                    a drain in an executor, whose exception vanishes | DrainContract#theFirstOfSeveralFailuresIsLogged | ''
                    assertions in an action that never runs | DrainContract#theFirstDrainThatFindsNoMapIsLogged | ''
                    a program that always drops, and an addition without atomics | LoadCheckTest#notesCodeThatLosesCountsOrPackets | ''
                    an exception caught in the action of a store | JdbcStoreContract#anActionThatCatchesTheExceptionLosesNothing | ''
                    # all of them together
                    a day of a bill | KernelBillTest#eachCustomerPaysForWhatWasSent | ''
                    """)
    void hasATest(String mistake, String test, String text) throws IOException {
        String[] name = test.split("#", 2);
        List<Path> sources = ProjectFiles.below(ROOT, ".*/src/test/java/.*/" + name[0] + "\\.java");
        assertThat(sources).as(mistake).isNotEmpty();
        String source = Files.readString(sources.get(0));

        if (name.length == 2) {
            assertThat(source).as("%s: %s", mistake, test).containsPattern("void " + Pattern.quote(name[1]) + "\\(");
        }
        if (text.startsWith("rules/") || text.startsWith("golden/")) {
            String[] place = text.split(": ", 2);
            Path resource = ROOT.resolve("processor/src/test/resources").resolve(place[0]);
            assertThat(resource).as(mistake).exists();
            if (place.length == 2) {
                assertThat(Files.readString(resource)).as(mistake).contains(place[1]);
            }
        } else {
            assertThat(source).as(mistake).contains(text);
        }
    }

    /** The mistake that nobody can see, why, and where a page says so. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a class instead of a record | javac refuses it before a processor sees it | guide/declare.md | javac rejects `@Key` on their fields
                    Java 11 | javac refuses the generated classes | build/maven.md | javac fails at the generated classes
                    a port in the wrong byte order | the same two bytes are valid in both | guide/declare.md | No compiler can see this mistake
                    a key without a helper | the kernel gets bytes | guide/declare.md | must clear the key first (`struct flow_key key = {};`)
                    an exception caught in an action without JdbcStore | the action returns as after a success | guide/rotate.md | catches an exception and only logs it
                    put to an entry in use | the kernel's update replaces a value | limits.md | overwrites (`put`) or removes an entry** in which programs count
                    discard of a customer who leaves | its name says what it does | guide/rotate.md | **the counts are lost**
                    only CPU 0 of a list | the list is correct | reference/map-types.md | The count is the sum of the whole list
                    a variable, and a restart | a variable belongs to its load | how-to/variables.md | the next load starts with the initial values
                    the helper _update for counts | a value may also be a state | reference/c-helpers.md | what was counted in the entry is gone
                    a read of a map in use, added to the drained counts | both are right | limits.md | the next drain contains it, too
                    packets that the kernel drops afterwards | the program runs before | bill.md | also counts packets that the kernel drops afterwards
                    bytes of missed packets | the kernel's table has one number for each key | how-to/on-demand.md | **These misses are packets, not bytes.**
                    a row of a report that is refused | a report is one transaction | how-to/on-demand.md | one refused row holds up the whole report
                    """)
    void isOnAPage(String mistake, String why, String page, String text) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs").resolve(page)).replaceAll("\\s+", " "))
                .as("%s: %s", mistake, why)
                .contains(text);
    }
}

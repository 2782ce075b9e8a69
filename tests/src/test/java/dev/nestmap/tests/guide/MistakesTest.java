/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each mistake that a service for billing once made in silence, or with an answer that came late, has a test of the answer. Where the answer can't be
 * given, the page says it at the place where the mistake is made.
 */
@Tag("jdk-independent")
class MistakesTest {
    private static final Path ROOT = Path.of("..");

    /** The mistake, and the test of the answer. */
    static List<Arguments> answered() {
        return List.of(
                // declaring
                arguments(
                        "an int in Java for a number of 32 bits",
                        "RulesTest#isReportedWhereASourceBreaksIt",
                        "rules/NM-506"),
                arguments("a counter of 32 bits", "RulesTest#isReportedWhereASourceBreaksIt", "rules/NM-507"),
                arguments("a per-CPU map in programs that interrupt each other", "InterruptedCountsTest", "NM-504"),
                arguments("an LRU_HASH for a bill", "KernelFullMapsTest#anEvictingMapIsAlwaysInDoubt", "EVICTS"),
                // the C program
                arguments(
                        "a key whose padding or text is not clear",
                        "HeaderLoadTest#bytesOutsideOfTheFieldsOfAKeyMakeNoSecondEntry",
                        ""),
                arguments(
                        "lookup_or_init with 1, and then an addition",
                        "HeaderPrinterTest#saysWhatTheInitialValueIsFor",
                        "comes on top of it"),
                arguments(
                        "lookup_or_init of a per-CPU map",
                        "HeaderPrinterTest#saysWhatTheInitialValueIsFor",
                        "Only this CPU's value"),
                arguments("_add of a point of time", "HeaderPrinterTest#addsNoPointsOfTime", ""),
                arguments(
                        "bpf_ktime_get_ns as a time of day",
                        "KernelClockTest#aProgramsTimesLieBetweenTheReadingsBeforeAndAfter",
                        ""),
                arguments("a sleepable program", "OuterContract#rejectsARotationBesideASleepableProgram", ""),
                arguments(
                        "a sleepable program of another object",
                        "KernelUpgradeTest#aMapThatASleepableProgramOfAnotherObjectUsesIsInDoubt",
                        ""),
                arguments(
                        "an LSM program on a kernel without BPF LSM",
                        "KernelObjectTest#namesTheSecurityModuleThatLsmProgramsNeed",
                        ""),
                // running
                arguments(
                        "the result of swap ignored",
                        "GoldenTest",
                        "golden/base/com/acme/FlowsBpf.java: @CheckReturnValue"),
                arguments("a full map, asked before it is read", "DrainContract#aFullMapIsDoubtfulAndReported", ""),
                arguments(
                        "an addition that a full map refuses",
                        "KernelFullMapsTest#eachAdditionIsDrainedOrRefusedOrUnknown",
                        ""),
                arguments(
                        "attached before there are maps", "KernelUncountedSumTest#theSumHoldsOverKills", "unknownKey"),
                arguments("attached twice to one hook", "DoubleAttachmentTest#aProgramIsNotAttachedTwiceToOneHook", ""),
                arguments(
                        "attached beside the pinned link of an earlier run",
                        "DoubleAttachmentTest#aProgramOfAnEarlierRunThatCountsInTheSameMapsIsNotJoined",
                        ""),
                arguments(
                        "a parent and a child control group",
                        "DoubleAttachmentTest#groupsAboveAndBelowAreReported",
                        ""),
                arguments(
                        "pinned maps, and a link without a pin",
                        "DoubleAttachmentTest#aLinkWithoutAPinIsReportedIfItsMapsArePinned",
                        ""),
                arguments(
                        "on demand without a server",
                        "NestmapMetricsTest#metersExistBeforeAnythingHappens",
                        "nestmap.requests.servers"),
                arguments("watch of the server only", "NestmapMetricsTest#watchingAServerWatchesItsMap", ""),
                arguments("never drained", "NestmapMetricsTest#metersExistBeforeAnythingHappens", "nestmap.drain.age"),
                arguments("an unknown key drained", "NestmapMetricsTest#aDrainOfAKeyWithoutAMapIsNoDrain", ""),
                arguments("stored on another thread", "DrainContract#aKeptTicketOutlivesTheAction", ""),
                arguments(
                        "one connection for drains and reports",
                        "JdbcStoreContract#drainsAndReportsOfTwoThreadsDoNotMix",
                        ""),
                arguments(
                        "a data source with one connection",
                        "JdbcStoreContract#oneConnectionForTwoThreadsIsRefused",
                        ""),
                arguments("a map that always fails", "DrainContract#aDrainGoesOnAfterFailuresAndThrowsAllOfThem", ""),
                arguments(
                        "a customer whose row is refused, over restarts",
                        "PostgresStoreTest#aMissingPartitionConcernsItsCustomerOnly",
                        ""),
                arguments("a map that Kafka refuses", "ShipperFailureTest#saysWhichMessageIsTooLarge", ""),
                // upgrading
                arguments(
                        "copy instead of drain",
                        "KernelUpgradeTest#everyChangedPinnedMapNeedsAWord",
                        "instead of copy"),
                arguments("another @Unit", "SchemaChangeFinderTest#anotherUnitOfTimeIsMisread", ""),
                // surroundings
                arguments(
                        "a path with an umlaut and LC_ALL=POSIX",
                        "DisturbedBuildTest#namesTheLocaleThatHasNoSuchFileNames",
                        ""),
                // all of them together
                arguments("a day of a bill", "KernelBillTest#eachCustomerPaysForWhatWasSent", ""));
    }

    /** The mistake that nobody can see, why, and where a page says so. */
    static List<Arguments> unanswered() {
        return List.of(
                arguments(
                        "a class instead of a record",
                        "javac refuses it before a processor sees it",
                        "guide/declare.md",
                        "javac rejects `@Key` on their fields"),
                arguments(
                        "Java 11",
                        "javac refuses the generated classes",
                        "build/maven.md",
                        "javac fails at the generated classes"),
                arguments(
                        "a port in the wrong byte order",
                        "the same two bytes are valid in both",
                        "guide/declare.md",
                        "No compiler can see this mistake"),
                arguments(
                        "a key without a helper",
                        "the kernel gets bytes",
                        "guide/declare.md",
                        "must clear the key first (`struct flow_key key = {};`)"),
                arguments(
                        "an exception caught in the action",
                        "the action returns as after a success",
                        "guide/rotate.md",
                        "if it catches one and only logs it"),
                arguments(
                        "put to an entry in use",
                        "the kernel's update replaces a value",
                        "limits.md",
                        "`put` to an entry that programs count in"),
                arguments(
                        "discard of a customer who leaves",
                        "its name says what it does",
                        "guide/rotate.md",
                        "**the counts are lost**"),
                arguments(
                        "only CPU 0 of a list",
                        "the list is correct",
                        "reference/map-types.md",
                        "The count is the sum of the whole list"),
                arguments(
                        "a variable, and a restart",
                        "a variable belongs to its load",
                        "how-to/variables.md",
                        "the next load starts with the initial values"),
                arguments(
                        "bytes of missed packets",
                        "the kernel's table has one number for each key",
                        "how-to/on-demand.md",
                        "**A report counts packets, not bytes**"),
                arguments(
                        "a row of a report that is refused",
                        "a report is one transaction",
                        "how-to/on-demand.md",
                        "if the database refuses the row of one key, the whole report is held up"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answered")
    void hasATest(String mistake, String test, String text) throws IOException {
        String[] name = test.split("#", 2);
        Path file = find(name[0] + ".java");
        String source = Files.readString(file);

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

    @ParameterizedTest(name = "{0}")
    @MethodSource("unanswered")
    void isOnAPage(String mistake, String why, String page, String text) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs").resolve(page)).replaceAll("\\s+", " "))
                .as("%s: %s", mistake, why)
                .contains(text);
    }

    /** Finds the source of a test in any module. */
    private static Path find(String name) {
        try (Stream<Path> files = Files.find(
                ROOT,
                20,
                (file, attributes) -> file.endsWith(name) && file.toString().contains("/src/test/java/"))) {
            return files.findFirst().orElseThrow(() -> new AssertionError("there is no " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

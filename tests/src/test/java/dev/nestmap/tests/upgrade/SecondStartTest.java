/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A start beside a running service of the same or another version, and a start that fails: what runs goes on, and nothing is left. */
@KernelTest
@Timeout(120)
class SecondStartTest extends UpgradeTest {
    private void startAndEnd() {
        try (UpgradedBpf bpf = open(pins).load()) {
            bpf.tenant().create(1);
        }
    }

    private List<String> pinned() throws IOException {
        return fs.content().stream()
                .filter(file -> Files.isRegularFile(fs.path(file)))
                .toList();
    }

    /** Fails because of the link, and because of the slots if the service has attached its program elsewhere. */
    @Test
    void aSecondStartLeavesTheRunningService() throws IOException {
        try (UpgradedBpf running = open(pins).load()) {
            running.tenant().create(1);
            int program = attachedProgram();
            List<String> before = pinned();

            assertBpfException(() -> open(pins).load().close()).hasErrno(Errno.EAGAIN);
            assertThat(attachedProgram()).isEqualTo(program);
            assertThat(pinned()).isEqualTo(before);
        }
        open(pins).load().close(); // the service has ended
    }

    /** Defect N04 of the first bill: the interface in the configuration had changed, and the old link went on counting. */
    @Test
    void aLinkOfAnEarlierStartThatIsNotReplacedIsNamed() {
        open(pins).load().close();
        LinkPin elsewhere = LinkPin.at(Path.of("elsewhere")).withReplacement(LinkPin.Replacement.GAP);
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            UpgradedBpf.open(BpfObjects.of("upgraded"))
                    .pins(pins)
                    .attachByName("trace", Tracepoint.Raw.of("sys_enter"), elsewhere)
                    .load()
                    .close();
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("earlier start"))
                    .singleElement()
                    .asString()
                    .contains(fs.path("count").toString(), "count (", "Nestmap.openPinnedLink(path).detach()");
        }
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            open(pins).load().close(); // the program at the other link uses no map
            assertThat(log.messages()).noneMatch(message -> message.contains("earlier start"));
        }
    }

    @Test
    void aStartBesideAProcessThatTakesMapsOutChangesNothing() {
        open(pins).load().close();
        int program = attachedProgram();
        try (UpgradedBpf.TenantMap.Owned drainer =
                UpgradedBpf.TENANT_MAP.openPinned(fs.path("tenant"), MapAccess.READ_WRITE, pins)) {
            discardDisplaced(drainer.waitingTickets());

            assertBpfException(() -> open(pins).load().close()).hasErrno(Errno.EAGAIN);
            assertThat(attachedProgram()).isEqualTo(program);
        }
    }

    @Test
    void aStartWaitsForTheRunningServiceAndLosesNothing() throws Exception {
        Process running = new ChildVm().start(Running.class, fs.path(""), BpfObjects.of("upgraded"));
        BufferedReader output =
                new BufferedReader(new InputStreamReader(running.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.lines().anyMatch("running"::equals)).isTrue(); // after the warning that lo has no XDP
        LoopbackSocket.exchange(1);
        ChildVm.stop(running); // it stays the owner
        int program = attachedProgram();
        assertBpfException(() -> open(pins).load().close())
                .hasMessageContaining("process %1$d (stopped: kill -CONT %1$d continues it) owns ", running.pid());
        List<SystemCall> locks = new ArrayList<>();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.FLOCK && locks.size() < 50) {
                        locks.add(call);
                        if (locks.size() == 50) { // it waits for the lock of the running service
                            assertThat(attachedProgram()).isEqualTo(program);
                            LoopbackSocket.exchange(1);
                            running.destroyForcibly();
                        }
                    }
                    return null;
                },
                () -> {
                    try (UpgradedBpf next =
                            open(pins.withOwnerWait(Duration.ofMinutes(1))).load()) {
                        LoopbackSocket.exchange(1);
                        assertThat(inSlot(next)).isEqualTo(3);
                        assertThat(attachedProgram())
                                .isEqualTo(next.program("count").id());
                    }
                });
        assertThat(locks).hasSize(50);
        running.waitFor();
    }

    /** A service that runs until it is killed. */
    static final class Running {
        public static void main(String[] arguments) throws Exception {
            try (UpgradedBpf bpf = open(Path.of(arguments[1]), PinOptions.in(Path.of(arguments[0])))
                    .load()) {
                bpf.tenant().create(1);
                System.out.println("running");
                Thread.sleep(Duration.ofMinutes(5).toMillis());
            }
        }
    }

    /** The running service owns the slots, and attaches a program while another one waits for them. */
    @Test
    void aStartThatWaitsLetsTheRunningServiceAttach() throws Exception {
        FutureTask<UpgradedBpf> start = new FutureTask<>(
                () -> open(pins.withOwnerWait(Duration.ofHours(1))).load());
        Thread waiting = new Thread(start);
        try (UpgradedBpf running =
                UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins).load()) {
            discardDisplaced(running.tenant().waitingTickets());
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                assertThat(start.isDone()).as("the start waits").isFalse();
                Thread.onSpinWait();
            }
            running.program("count").attach(Xdp.on("lo"), PIN);
            assertThat(attachedProgram()).isEqualTo(running.program("count").id());
        }
        try (UpgradedBpf next = start.get(60, TimeUnit.SECONDS)) {
            assertThat(attachedProgram()).isEqualTo(next.program("count").id());
        }
    }

    /** Longer than {@code System.nanoTime} can measure. */
    @Test
    void aStartMayWaitForever() {
        PinOptions patient = pins.withOwnerWait(ChronoUnit.FOREVER.getDuration());
        open(patient).load().close();
        open(patient).load().close();
    }

    @Test
    void onlyTheOwnerDetachesALink() throws IOException {
        startAndEnd();
        int program = attachedProgram();
        try (Pins.Lock other = new KernelPins().lock(fs.path("owner"), pins)) {
            assertThat(other).isNotNull();
            try (KernelLink link = link()) {
                assertBpfException(link::detach).hasErrno(Errno.EAGAIN);
            }
        }
        assertThat(attachedProgram()).isEqualTo(program);
        link().detach();
        assertThat(fs.content()).doesNotContain("count").contains("owner");
    }

    /** An object with pinned maps, and no link of its own. */
    @Test
    void aGuestLoadsWhatThePinsHave() throws IOException {
        try (UpgradedBpf running = open(pins).load()) {
            running.tenant().create(1);
            List<String> before = fs.content();
            try (UpgradedBpf guest =
                    UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins).load()) {
                LoopbackSocket.exchange(1);
                assertThat(inSlot(guest)).isEqualTo(1);
                assertBpfException(() -> guest.tenant().create(2), "request", "withOwnerWait");
            }
            assertThat(fs.content()).isEqualTo(before);
            running.tenant().create(2);
        }
    }

    /** An attachment after the load, by a program that counts into a map of the previous version. */
    @Test
    void anAttachmentAfterAMigrationChangesNothing() throws IOException {
        try (UpgradedBpf bpf =
                UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins).load()) {
            withoutAttachment().pins(pins.withOtherWriters()).load().close();
            List<String> before = fs.content();

            assertBpfException(() -> bpf.program("count").attach(Xdp.on("lo"), PIN))
                    .satisfies(refused -> assertThat(refused.map()).isIn("all", "tenant"));

            assertThat(fs.content()).isEqualTo(before);
        }
    }

    /** What makes an attachment impossible. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Impossible {
        NO_INTERFACE(open -> open.attachByName("count", Xdp.on("no_such"), PIN)),
        WRONG_HOOK(open -> open.attachByName("count", Tcx.ingress("lo"), PIN)),
        OTHER_MODE(open -> open.attachByName("count", Xdp.on("lo").withMode(Xdp.Mode.NATIVE), PIN)),
        PINNED_ELSEWHERE(open -> open.attachByName("count", Xdp.on("lo"), LinkPin.at(Path.of("elsewhere"))));

        private final UnaryOperator<UpgradedLaterBpf.Open> attach;

        Impossible(UnaryOperator<UpgradedLaterBpf.Open> attach) {
            this.attach = attach;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImpossibleAttachmentMigratesNothing(Impossible impossible) throws IOException {
        startAndEnd();
        List<String> before = pinned();
        int program = attachedProgram();

        assertBpfException(
                () -> impossible.attach.apply(withoutAttachment()).load().close());

        assertThat(pinned()).isEqualTo(before);
        assertThat(attachedProgram()).isEqualTo(program);
        LoopbackSocket.exchange(1);
        try (UpgradedBpf bpf = open(pins).load()) { // the old version can start
            assertThat(inSlot(bpf)).isEqualTo(1);
        }
    }

    /** Maps of the previous version without a link, and a program of somebody else at the hook. */
    @Test
    void aForeignProgramAtTheHookMigratesNothing() throws IOException {
        try (UpgradedBpf bpf =
                UpgradedBpf.open(BpfObjects.of("upgraded")).pins(pins).load()) {
            bpf.tenant().create(1);
        }
        List<String> before = pinned();
        try (LoadedObject foreign = Nestmap.open(BpfObjects.of("hits", "-DSECTION=\"xdp\"", "-DRESULT=2"))
                .load()) {
            foreign.program("count_hit").attach(Xdp.on("lo"));

            assertBpfException(() -> later().load().close()).hasErrno(Errno.EBUSY);
        }
        assertThat(pinned()).isEqualTo(before);
    }

    /** After an administrator has removed the directory of the pins. */
    @Test
    void aFailedLoadLeavesNoPin() throws IOException {
        PinOptions below = PinOptions.in(fs.path("service"));
        try (UpgradedBpf running = open(below).load()) {
            running.tenant().create(1);
            try (Stream<Path> all = Files.walk(fs.path("service"))) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }

            endOwner("service/count"); // the load is that of another process
            assertBpfException(() -> open(below).load().close());

            assertThat(fs.content()).containsExactly("service");
        }
    }

    /** The second attachment fails after the first one has replaced the program. */
    @Test
    void aFailedAttachmentPutsThePreviousProgramBack() throws IOException {
        startAndEnd();
        int program = attachedProgram();
        List<String> before = pinned();
        UpgradedBpf.Open two = open(pins).attachByName("trace", Tracepoint.Raw.of("sys_enter"), overlapping("trace"));
        boolean[] replaced = {false};
        assertBpfException(() -> WatchedThread.watch(
                        call -> {
                            replaced[0] |= call == SystemCall.LINK_UPDATE;
                            return replaced[0] && call == SystemCall.RAW_TRACEPOINT_OPEN ? Errno.ENOMEM : null;
                        },
                        () -> two.load().close()))
                .hasErrno(Errno.ENOMEM);
        assertThat(replaced[0]).isTrue();
        assertThat(attachedProgram()).isEqualTo(program);
        assertThat(pinned()).isEqualTo(before);
        LoopbackSocket.exchange(1);
        try (UpgradedBpf bpf = open(pins).load()) {
            assertThat(inSlot(bpf)).isEqualTo(1);
        }
    }

    private static LinkPin overlapping(String path) {
        return LinkPin.at(Path.of(path)).withReplacement(LinkPin.Replacement.OVERLAP);
    }

    /** As the migration of a process does that ignores the ownership. */
    @Test
    void anotherMapAtThePinBeforeTheProgramIsReplacedKeepsThePreviousProgram() {
        startAndEnd();
        int program = attachedProgram();
        List<SystemCall> calls = new ArrayList<>();
        try (WatchedThread thread = new WatchedThread()) {
            thread.run(WatchedThread.noting(calls), () -> open(pins).load().close());
            program = attachedProgram();
            List<SystemCall> before = calls.subList(0, calls.indexOf(SystemCall.LINK_UPDATE));
            int[] left = {Collections.frequency(before, SystemCall.OBJ_GET)};
            PinOptions aside = PinOptions.in(fs.path("aside"));
            UpgradedBpf.open(BpfObjects.of("upgraded")).pins(aside).load().close();
            assertBpfException(() -> thread.run(
                            call -> {
                                if (call == SystemCall.OBJ_GET && --left[0] == 0) { // the last one, of the link
                                    assertThat(fs.pin("aside/tenant")
                                                    .toFile()
                                                    .renameTo(fs.pin("tenant").toFile()))
                                            .isTrue();
                                }
                                return null;
                            },
                            () -> open(pins).load().close()))
                    .onMap("tenant");
        }
        assertThat(attachedProgram()).isEqualTo(program);
    }
}

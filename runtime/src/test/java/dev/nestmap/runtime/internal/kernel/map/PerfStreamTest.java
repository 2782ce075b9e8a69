/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The thread stays on one CPU, so that it fills one buffer. */
@KernelTest
@ExtendWith(NoFdLeaks.class)
@Tag("both-jdks")
class PerfStreamTest {
    private static final int PAGE = Pages.SIZE;

    /** How many records of 24 bytes fit: one byte of a buffer stays free. */
    private static final int FIT = (PAGE - 1) / 24;

    private static final int TOO_MANY = FIT + 1_000;

    private final KernelObject object = TestPrograms.load("events", TestPrograms.object("events.bpf.c"));
    private OneCpu cpu;

    @BeforeEach
    void stay() {
        cpu = OneCpu.pin();
    }

    @AfterEach
    void close() {
        cpu.close();
        object.close();
    }

    @Test
    void reportsLossesWithoutAnotherEvent() {
        PerfStream buffers = open();
        emit(TOO_MANY);

        assertThat(takeAll(buffers)).isEqualTo(FIT);
        assertThat(buffers.takeLost()).isEqualTo(TOO_MANY - FIT);
        assertThat(buffers.takeLost()).isZero();
        buffers.close();
    }

    /** As on a machine whose numbers of CPUs have a hole: a buffer is in the slot of its CPU's number. */
    @Test
    void opensABufferForANumber() {
        int last = KernelMapFactory.knownCpus().range() - 1;
        PerfStream buffers = new PerfStream(events());
        buffers.openBuffers(PAGE, PossibleCpus.parse(String.valueOf(last)));
        OneCpu onLast = OneCpu.pin(last);
        emit(3);
        onLast.close();

        assertThat(buffers.fds()).hasSize(1);
        assertThat(takeAll(buffers)).isEqualTo(3);
        buffers.close();
    }

    @Test
    void reportsEachLossOnce() {
        PerfStream buffers = open();
        long taken = 0;
        long lost = 0;
        for (int round = 0; round < 10; round++) {
            emit(TOO_MANY);
            taken += takeAll(buffers);
            lost += buffers.takeLost();
            emit(round);
            if (round % 2 == 0) {
                lost += buffers.takeLost();
            }
        }
        emit(1);
        taken += takeAll(buffers);
        emit(1);
        taken += takeAll(buffers);
        lost += buffers.takeLost();

        assertThat(taken + lost).isEqualTo(10 * TOO_MANY + 45 + 2);
        assertThat(buffers.takeLost()).isZero();
        buffers.close();
    }

    /** Like a process that opens the map through its pin. */
    @Test
    void closingLeavesTheBuffersOfALaterHandle() {
        RawMap first = reopened();
        RawMap later = reopened();
        first.stream().openBuffers(PAGE);
        later.stream().openBuffers(PAGE);
        first.close();
        emit(3);

        OffHeapBlock event = OffHeapBlock.allocate(Long.BYTES);
        for (int i = 0; i < 3; i++) {
            assertThat(later.stream().take(event)).isPositive();
        }
        later.close();
    }

    /** The kernel answers EPERM or EACCES to all of them. */
    @ParameterizedTest
    @CsvSource({
        "+bpf, 8192, 'opening of the perf event of CPU ', 'perf events require CAP_PERFMON; this process lacks CAP_PERFMON'",
        "'+bpf,+perfmon', 268435456, 'mapping of 268435456 bytes for CPU ', 'more memory than this user''s processes may lock without CAP_IPC_LOCK'"
    })
    void saysWhichRightIsMissing(String capabilities, String bytes, String operation, String reason) throws Exception {
        assertThat(new ChildVm().asNobody(capabilities).run(Opener.class, bytes))
                .contains(operation, reason)
                .doesNotContain("opened");
    }

    /** Opens the buffers of a new map. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            MapShape shape = new MapShape(
                    "events",
                    MapKind.PERF_EVENT_ARRAY,
                    4,
                    4,
                    KernelMapFactory.knownCpus().range(),
                    0);
            try (RawMap map = new KernelMapFactory().create(shape, null)) {
                map.stream().openBuffers(Integer.parseInt(arguments[0]));
                System.out.println("opened");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private RawMap reopened() {
        return Objects.requireNonNull(new KernelMapFactory().open(events().id()));
    }

    private PerfStream open() {
        PerfStream buffers = new PerfStream(events());
        buffers.openBuffers(PAGE);
        return buffers;
    }

    private KernelMap events() {
        return KernelMap.of(Objects.requireNonNull(object.maps().get("events")));
    }

    private void emit(int count) {
        if (count > 0) {
            TestPrograms.program(object, "emit")
                    .testRun(TestRun.Input.packet(new byte[64]).withRepeat(count));
        }
    }

    private static long takeAll(PerfStream buffers) {
        OffHeapBlock event = OffHeapBlock.allocate(Long.BYTES);
        long count = 0;
        for (int length = buffers.take(event); length != -ErrnoNumbers.ENOENT; length = buffers.take(event)) {
            count++;
        }
        return count;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Statistics of a program include skipped runs. */
@KernelTest
@Tag("both-jdks")
class KernelProgramTest {
    private static final int XDP_ABORTED = 0;
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_TX = 3;

    /** {@code enum bpf_cmd}; its attribute {@code enable_stats.type} is 0 for {@code BPF_STATS_RUN_TIME}. */
    private static final int BPF_ENABLE_STATS = 32;

    private static final String OUTER = "a_name_longer_than_15_characters";

    private final KernelObject object = TestPrograms.load("nested", TestPrograms.object("nested.bpf.c"));

    @AfterEach
    void close() {
        object.close();
    }

    private UntypedProgram program(String name) {
        return TestPrograms.program(object, name);
    }

    /** Puts an inner map into slot 42, with an entry for the flow that the program counts. */
    private RawMap flows() {
        RawMap inner = object.inners(OUTER).create(new MapShape("flow", MapKind.HASH, 8, 16, 128, 0), null);
        OffHeapBlock block = OffHeapBlock.allocate(8 + 16);
        block.bytes().putInt(0, 1).putInt(4, 2);
        assertThat(inner.update(block, 0, 8, 0)).isZero();
        block.bytes().putInt(0, 42);
        assertThat(KernelObjectTest.map(object, OUTER).update(block, 0, inner, 0))
                .isZero();
        return inner;
    }

    private static long packets(RawMap flows) {
        OffHeapBlock block = OffHeapBlock.allocate(8 + 16);
        block.bytes().putInt(0, 1).putInt(4, 2);
        assertThat(flows.lookup(block, 0, 8)).isZero();
        return block.bytes().getLong(8);
    }

    private long entered() {
        OffHeapBlock block = OffHeapBlock.allocate(16);
        assertThat(KernelObjectTest.map(object, "entered").lookup(block, 0, 8)).isZero();
        return block.bytes().getLong(8);
    }

    /** Each of the texts that {@code print} writes runs {@code on_print} once, whose own text would run it again. */
    @Test
    void countsTheRunsThatTheKernelSkips() {
        int times = 100;
        try (Descriptor counting = new Descriptor(new BpfCall(BPF_ENABLE_STATS, 4).run())) {
            assertThat(counting.fd()).isPositive();
            KernelObject recursive = TestPrograms.load("recursive", TestPrograms.object("recursive.bpf.c"));
            try {
                UntypedProgram onPrint = TestPrograms.program(recursive, "on_print");
                onPrint.attach();
                for (int i = 0; i < times; i++) {
                    TestPrograms.program(recursive, "print").testRun(TestRun.Input.context(new byte[8]));
                }
                OffHeapBlock block = OffHeapBlock.allocate(16);
                assertThat(KernelObjectTest.map(recursive, "printed").lookup(block, 0, 8))
                        .isZero();
                ProgramStatistics statistics = onPrint.statistics();

                assertThat(block.bytes().getLong(8)).isEqualTo(times);
                assertThat(statistics.name()).isEqualTo("on_print");
                assertThat(statistics.id()).isEqualTo(onPrint.id());
                assertThat(statistics.recursionMisses()).isEqualTo(times);
                assertThat(statistics.runs()).isGreaterThanOrEqualTo(times);
                assertThat(statistics.runTime()).isPositive();
            } finally {
                recursive.close();
            }
        }
    }

    /** bpftool asks the kernel for the same numbers. */
    @Test
    void knowsTheSizesOfAProgram() throws Exception {
        UntypedProgram count = program("count");
        ProgramStatistics statistics = count.statistics();
        Process bpftool = new ProcessBuilder("bpftool", "prog", "show", "id", Integer.toString(count.id()), "--json")
                .redirectErrorStream(true)
                .start();
        String shown = new String(bpftool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shown)
                .contains("\"bytes_xlated\":" + statistics.instructions() * 8 + ",")
                .contains("\"bytes_jited\":" + statistics.compiledBytes() + ",");
        assertThat(statistics.verifiedInstructions()).isBetween(1, 999_999);
        assertThat(statistics.instructions()).isPositive();
    }

    @Test
    void aClosedObjectHasNoStatistics() {
        UntypedProgram count = program("count");
        assertThat(count.statistics().recursionMisses()).isZero();
        object.close();
        assertBpfException(count::statistics).isOf("reading of the statistics of program count");
    }

    @Test
    void testRunCountsInTheInnerMap() {
        assertThat(program("count").testRun(new byte[64]).returnValue()).isEqualTo(XDP_ABORTED);
        RawMap flows = flows();

        assertThat(program("count").testRun(new byte[64]).returnValue()).isEqualTo(XDP_PASS);

        assertThat(packets(flows)).isEqualTo(1);
        flows.close();
    }

    @Test
    void testRunRepeats() {
        RawMap flows = flows();

        TestRun run =
                program("count").testRun(TestRun.Input.packet(new byte[64]).withRepeat(1000));

        assertThat(packets(flows)).isEqualTo(1000);
        assertThat(run.averageDuration()).isNotNull().isPositive();
        flows.close();
    }

    @Test
    void testRunReturnsThePacket() {
        byte[] packet = new byte[64];
        packet[63] = 7;

        TestRun run = program("shorten").testRun(packet);

        assertThat(run.returnValue()).isEqualTo(XDP_TX);
        assertThat(run.dataOut()).hasSize(62).startsWith(0xab).endsWith(7);
    }

    @Test
    void testRunReturnsTheContext() {
        ByteBuffer sum = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        sum.putInt(0, 2_000_000_000).putInt(4, 2_000_000_000);

        TestRun run = program("add").testRun(TestRun.Input.context(sum.array()));

        assertThat(run.returnValue()).isEqualTo(7);
        assertThat(ByteBuffer.wrap(run.contextOut())
                        .order(ByteOrder.nativeOrder())
                        .getLong(8))
                .isEqualTo(4_000_000_000L);
        assertThat(run.averageDuration()).isNull();
    }

    @Test
    void testRunOfARawTracepointProgram() {
        program("enter").testRun(TestRun.Input.none());

        assertThat(entered()).isEqualTo(1);
    }

    @Test
    void testRunReportsWhatTheKernelRejects() {
        assertBpfException(() -> program("count").testRun(new byte[13]), "at least 14 bytes")
                .hasErrno(Errno.EINVAL);
        assertBpfException(() -> program("add").testRun(TestRun.Input.none().withRepeat(2)))
                .hasErrno(Errno.EINVAL);
    }

    /** NULL as a name would crash the Java VM. */
    @Test
    @SuppressWarnings("NullAway") // callers without NullAway can pass null
    void rejectsNullNames() {
        assertThrown(NullPointerException.class, () -> program("count").attach(Xdp.on(null)))
                .hasMessage("interfaceName");
        assertThrown(NullPointerException.class, () -> program("enter").attach(Tracepoint.Raw.of(null)))
                .hasMessage("name");
    }

    @Test
    void testRunExplainsWrongSizes() {
        TestRun.Input packet = TestRun.Input.packet(new byte[64]);

        assertBpfException(() -> program("count").testRun(packet.withContext(new byte[3])), "context is smaller")
                .hasErrno(Errno.ENOSPC);
        assertBpfException(
                        () -> program("count").testRun(packet.withContext(new byte[Pages.SIZE + 1])),
                        "context is larger")
                .hasErrno(Errno.E2BIG);
        assertBpfException(() -> program("count").testRun(new byte[10 << 20]), "pass a shorter one")
                .hasErrno(Errno.ENOMEM);
    }

    @Test
    void attachesBySection() {
        Link link = program("enter").attach();

        systemCall();
        assertThat(entered()).isPositive();
        link.close();
        long after = entered();
        systemCall();
        assertThat(entered()).isEqualTo(after);
    }

    @Test
    void attachesToTheNamedRawTracepoint() {
        try (Link link = program("anywhere").attach(Tracepoint.Raw.of("sys_enter"))) {
            systemCall();
            assertThat(link).isNotNull();
            assertThat(entered()).isPositive();
        }
        assertBpfException(
                        () -> program("anywhere").attach(Tracepoint.Raw.of("sys_entrance")),
                        "refused by Linux " + System.getProperty("os.version") + ":",
                        "no tracepoint with this name")
                .isOf("attachment of program anywhere to raw tracepoint sys_entrance")
                .hasErrno(Errno.ENOENT);
        assertThatThrownBy(() -> program("count").attach(Tracepoint.Raw.of("sys_enter")))
                .hasMessageContaining(
                        "a program of SEC(\"xdp\") can't be attached in this way: use attach(Xdp.on(\"eth0\"))");
    }

    private static void systemCall() {
        assertThat(NativeLibraries.libc().if_nametoindex("lo")).isPositive();
    }

    @Test
    void advisesForSectionsThatDoNotNameATarget() {
        assertBpfException(
                () -> program("count").attach(), "SEC(\"xdp\") does not name what to attach to: use attach(Xdp.on(");
        assertThatThrownBy(() -> program("anywhere").attach()).hasMessageContaining("use attach(Tracepoint.Raw.of(");
        assertThatThrownBy(() -> program("add").attach()).hasMessageContaining("run it with testRun(");
    }

    @Test
    void aBusyInterfaceNamesItsProgram() throws Throwable {
        NetworkNamespace.run(() -> {
            UntypedProgram shorten = program("shorten");
            try (Link link = shorten.attach(Xdp.on("lo"))) {
                assertThat(link).isNotNull();
                assertBpfException(
                                () -> program("count").attach(Xdp.on("lo")),
                                ": refused by Linux ",
                                "the interface already has an XDP program, \"shorten\", the one with id "
                                        + shorten.id())
                        .hasErrno(Errno.EBUSY)
                        .isOf("attachment of program count to interface lo");
            }
            program("count").attach(Xdp.on("lo")).close();
        });
    }

    @Test
    void manyThreadsAndTheObjectMayCloseALink() throws Exception {
        List<String> before = NoFdLeaks.open();
        for (int round = 0; round < 20; round++) {
            Link link = program("enter").attach();
            List<Thread> threads =
                    IntStream.range(0, 4).mapToObj(i -> new Thread(link::close)).toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            link.close();
        }
        assertThat(NoFdLeaks.open()).hasSameElementsAs(before).hasSameSizeAs(before);

        Link left = program("enter").attach();
        object.close();
        left.close();
        assertThat(NoFdLeaks.open()).hasSizeLessThan(before.size());
    }

    @Test
    void programsOfAClosedObjectThrow() {
        UntypedProgram count = program("count");
        object.close();

        assertThat(count.name()).isEqualTo("count");
        assertBpfException(() -> count.testRun(new byte[64]))
                .hasMessage(
                        "test run of program count: object nested has been closed: use its programs before you close it");
        assertThatThrownBy(() -> count.attach(Xdp.on("lo"))).hasMessageContaining("object nested has been closed");
    }

    @Test
    @Timeout(60)
    void closingWaitsForRunningCalls() throws Exception {
        RawMap flows = flows();
        UntypedProgram count = program("count");
        TestRun.Input long_ = TestRun.Input.packet(new byte[64]).withRepeat(200_000);
        Thread runner = new Thread(() -> {
            for (int i = 0; i < 1000; i++) {
                try {
                    assertThat(count.testRun(long_).returnValue()).isIn(XDP_DROP, XDP_PASS);
                } catch (BpfException e) {
                    assertThat(e).hasMessageContaining("object nested has been closed");
                    return;
                }
            }
        });
        runner.start();
        Await.until("the program counts", () -> packets(flows) > 0);
        object.close();
        runner.join();
        flows.close();
    }
}

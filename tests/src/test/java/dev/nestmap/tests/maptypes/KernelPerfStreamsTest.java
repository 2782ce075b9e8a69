/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.OneCpu;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.tests.maptypes.PerfStreams.LongTraced;
import dev.nestmap.tests.maptypes.PerfStreams.LongestTraced;
import dev.nestmap.tests.maptypes.PerfStreams.PlainTraced;
import dev.nestmap.tests.maptypes.PerfStreams.Traced;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads arrays of perf events. Programs may run on any CPU, so the order of events is certain only if a test reads after each run. */
@KernelTest
@Tag("both-jdks")
class KernelPerfStreamsTest extends StreamContract<PerfStreamsBpf.TracedMap> {
    private static final byte[] PACKET = new byte[64];
    private static final int PAGE = Pages.SIZE;

    /** More events than fit into the buffer of one CPU. */
    private static final int MANY = PAGE / 4;

    @AutoClose
    private final PerfStreamsBpf streams = PerfStreamsBpf.load(BpfObjects.of("perf_streams"));

    @BeforeEach
    void start() {
        fill(streams);
    }

    private static void fill(PerfStreamsBpf streams) {
        streams.tracedBy().create(1, events -> events.open(PAGE));
        streams.tracedAt().create(1, PerfStreamsBpf.TracedMap::open);
        streams.plainTraced().open(PAGE);
    }

    @Override
    LoadedObject loaded() {
        return streams;
    }

    @Override
    PerfStreamsBpf.TracedMap map(long key) {
        return streams.tracedBy().getOrCreate(key);
    }

    @Override
    @Nullable
    Displaced<Long, PerfStreamsBpf.TracedMap> rotate() {
        return streams.tracedBy().rotate(1);
    }

    /** Always on the same CPU, because only the events of one CPU have an order. */
    @Override
    void emit() {
        try (OneCpu cpu = OneCpu.pin(0)) {
            assertThat(emit(streams)).as("%s", cpu).isZero();
        }
    }

    @Override
    long consume(PerfStreamsBpf.TracedMap map, LongConsumer action) {
        return map.consume(event -> action.accept(event.number()), KernelPerfStreamsTest::none);
    }

    @Override
    long consumeView(PerfStreamsBpf.TracedMap map, LongConsumer action) {
        return map.consume(
                new PerfStreamsBpf.TracedMap.View(),
                event -> action.accept(event.number()),
                KernelPerfStreamsTest::none);
    }

    @Override
    long consume(PerfStreamsBpf.TracedMap map, Duration patience, LongConsumer action) throws InterruptedException {
        return map.consume(patience, event -> action.accept(event.number()), KernelPerfStreamsTest::none);
    }

    @Override
    long consumeAll(Duration patience, BiConsumer<Long, Long> action) throws InterruptedException {
        return streams.tracedBy()
                .consume(
                        patience,
                        (tenant, event) -> action.accept(tenant, event.number()),
                        (tenant, lost) -> none(lost));
    }

    @InstalledClang.Each
    void consumesEvents(InstalledClang clang) {
        try (PerfStreamsBpf written = PerfStreamsBpf.load(BpfObjects.of("perf_streams", clang))) {
            fill(written);
            for (int i = 0; i < 3; i++) {
                assertThat(emit(written)).isZero();
            }

            assertThat(all(written.tracedBy().getOrCreate(1)))
                    .containsExactlyInAnyOrder(new Traced(0, 1), new Traced(1, 1), new Traced(2, 1));
            assertThat(all(written.tracedAt().getOrCreate(1)))
                    .containsExactlyInAnyOrder(new Traced(0, 2), new Traced(1, 2), new Traced(2, 2));
            assertThat(all(written.tracedBy().getOrCreate(1))).isEmpty();
            List<PlainTraced> plain = new ArrayList<>();
            written.plainTraced().consume(plain::add, KernelPerfStreamsTest::none);
            assertThat(plain).containsExactlyInAnyOrder(new PlainTraced(0), new PlainTraced(1), new PlainTraced(2));
        }
    }

    /** Given back, it would fail each further call, and the events after it would be lost. */
    @Test
    void anEventThatIsNoRecordBlocksNoOther() {
        OneCpu cpu = OneCpu.pin();
        try {
            assertThat(streams.program("emit_odd").testRun(PACKET).returnValue())
                    .isZero();
            assertThat(emit(streams)).isZero();
        } finally {
            cpu.close();
        }
        PerfStreamsBpf.TracedMap events =
                Objects.requireNonNull(streams.tracedAt().get(1));

        assertBpfException(() -> all(events), "the entry's bytes 0000000000000000ff", "kind 255 is unknown")
                .isOf("read")
                .onMap("traced_map");
        assertThat(all(events)).containsExactly(new Traced(0, 2));
    }

    @Test
    void showsEventsInAView() {
        PerfStreamsBpf.PlainTracedMap.View view = new PerfStreamsBpf.PlainTracedMap.View();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThat(emit(streams)).isZero();
        }

        long count =
                streams.plainTraced().consume(view, event -> seen.add(event.toString()), KernelPerfStreamsTest::none);

        assertThat(count).isEqualTo(3);
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        new PlainTraced(0).toString(), new PlainTraced(1).toString(), new PlainTraced(2).toString());
        assertThat(view).hasToString("no entry");
        assertThat(streams.plainTraced().consume(view, event -> seen.add("more"), KernelPerfStreamsTest::none))
                .isZero();
    }

    /** The caller's exception may be a BpfException too, for example of a map that is full. */
    @Test
    void anEventOnWhichAnotherMapFailsComesAgain() {
        emit(streams);
        List<PlainTraced> seen = new ArrayList<>();

        assertBpfException(() -> streams.plainTraced()
                .consume(
                        event -> {
                            throw BpfException.of(Reason.FULL, "write of map total")
                                    .because("it is full");
                        },
                        KernelPerfStreamsTest::none));
        streams.plainTraced().consume(seen::add, KernelPerfStreamsTest::none);

        assertThat(seen).containsExactly(new PlainTraced(0));
    }

    @Test
    void consumesEventsAcrossTheEndOfTheBuffers() {
        streams.longTraced().open(PAGE);
        for (int i = 0; i < 500; i++) {
            assertThat(streams.program("emit_long").testRun(PACKET).returnValue())
                    .isZero();
            List<LongTraced> events = new ArrayList<>();
            streams.longTraced().consume(events::add, KernelPerfStreamsTest::none);

            assertThat(events).hasSize(1);
            byte[] bytes = events.get(0).bytes().toBytes();
            assertThat(bytes).hasSize(413).startsWith(i).endsWith(i + 1).containsSequence(new byte[411]);
        }
    }

    /** Each event is either delivered or reported as lost, even if no event follows. */
    @Test
    void countsLostEvents() {
        emitOnOneCpu(MANY);
        List<PlainTraced> events = new ArrayList<>();
        AtomicLong lost = new AtomicLong();
        streams.plainTraced().consume(events::add, lost::addAndGet);

        int fit = (PAGE - 1) / 16;
        assertThat(events).hasSize(fit).endsWith(new PlainTraced(fit - 1)).doesNotHaveDuplicates();
        assertThat(lost).hasValue(MANY - fit);
        emit(streams);
        streams.plainTraced().consume(events::add, KernelPerfStreamsTest::none);
        assertThat(events).hasSize(fit + 1).endsWith(new PlainTraced(MANY));
    }

    /** The rotated map reports the events that were lost before the rotation, once. */
    @Test
    void aRotatedMapReportsItsLostEvents() {
        emitOnOneCpu(MANY);
        AtomicLong lost = new AtomicLong();
        DrainedMap.drain(streams.tracedBy().rotate(1), drained -> {
            long shown = drained.consume(event -> {}, lost::addAndGet);

            assertThat(shown).isEqualTo((PAGE - 1) / 32);
            assertThat(shown + lost.get()).isEqualTo(MANY);
            assertThat(drained.consume(event -> {}, KernelPerfStreamsTest::none))
                    .isZero();
        });
        assertThat(all(streams.tracedBy().getOrCreate(1))).isEmpty();
    }

    @Test
    void aMapThatIsNotOpenKeepsNoEvents() {
        streams.tracedBy().discard(1);
        streams.tracedBy().create(1);
        assertThat(emit(streams)).isEqualTo(2);

        assertThat(all(streams.tracedBy().getOrCreate(1))).isEmpty();
        assertThat(emit(streams)).isZero();
        assertThat(all(streams.tracedBy().getOrCreate(1))).containsExactly(new Traced(1, 1));
    }

    @Test
    void aMapThatReplacesAnOpenOneIsOpen() {
        discardDisplaced(streams.tracedBy().rotate(1, next -> {}));
        assertThat(emit(streams)).isZero();

        assertThat(all(streams.tracedBy().getOrCreate(1))).containsExactly(new Traced(0, 1));
    }

    /** While a program writes and two threads read, each event is delivered once or reported as lost, in whichever map it was written. */
    @Test
    void rotationDeliversEachEventOrReportsItLost() throws Exception {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean twice = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong lost = new AtomicLong();
        Callable<Long> reading = () -> {
            while (!done.get()) {
                streams.tracedBy()
                        .consume(
                                Duration.ofMillis(1),
                                (tenant, event) -> twice.compareAndSet(false, !seen.add(event.number())),
                                (tenant, n) -> lost.addAndGet(n));
            }
            return 0L;
        };
        BackgroundTask<Long> one = BackgroundTask.start(reading);
        BackgroundTask<Long> other = BackgroundTask.start(reading);
        for (int i = 0; i < 20; i++) {
            for (int k = 0; k < 50; k++) {
                assertThat(emit(streams) & 2).isZero();
            }
            DrainedMap.drain(
                    streams.tracedBy().rotate(1),
                    drained -> drained.consume(
                            event -> twice.compareAndSet(false, !seen.add(event.number())), lost::addAndGet));
        }
        done.set(true);
        one.result();
        other.result();

        assertThat(twice).isFalse();
        assertThat(lost)
                .as("lost events; the buffer holds all events between two reads")
                .hasValue(0);
        assertThat(seen).hasSize(1_000);
    }

    @Test
    @SuppressWarnings("NullAway") // as callers without it may
    void consumesNothingIfTheListenerIsNull() {
        emit(streams);
        assertThrown(NullPointerException.class, () -> streams.plainTraced().consume(event -> {}, null))
                .hasMessage("lost");
        assertThrown(NullPointerException.class, () -> streams.plainTraced().consume(null, KernelPerfStreamsTest::none))
                .hasMessage("action");

        List<PlainTraced> events = new ArrayList<>();
        streams.plainTraced().consume(events::add, KernelPerfStreamsTest::none);
        assertThat(events).containsExactly(new PlainTraced(0));
    }

    @Test
    void consumesEventsOfAPinnedMap() throws Exception {
        InstalledCommand.needInstalled("bpftool");
        try (BpfFs fs = BpfFs.mount()) {
            Path pin = fs.path("plain_traced");
            InstalledCommand.run(
                            "bpftool", "map", "pin", "id", streams.plainTraced().id(), pin)
                    .succeeded();
            try (PerfStreamsBpf.PlainTracedMap.Owned reader = PerfStreamsBpf.PLAIN_TRACED_MAP.openPinned(pin)) {
                reader.open(PAGE);
                emit(streams);

                List<PlainTraced> events = new ArrayList<>();
                reader.consume(events::add, KernelPerfStreamsTest::none);
                assertThat(events).containsExactly(new PlainTraced(0));
            }
            try (PerfStreamsBpf.TracedByMap.Owned created = PerfStreamsBpf.TRACED_BY_MAP.create(fs.path("traced"));
                    PerfStreamsBpf.TracedByMap.Owned opened =
                            PerfStreamsBpf.TRACED_BY_MAP.openPinned(fs.path("traced"))) {
                created.create(1, PerfStreamsBpf.TracedMap::open);
                assertThat(all(opened.getOrCreate(1))).isEmpty();
                assertThat(opened.getOrCreate(1).id())
                        .isEqualTo(created.getOrCreate(1).id());
            }
        }
    }

    @Test
    void rejectsEventsOfOtherSizes() {
        streams.longTraced().open();
        assertThat(streams.program("emit_others").testRun(PACKET).returnValue()).isZero();

        assertBpfException(() -> streams.longTraced().consume(event -> {}, KernelPerfStreamsTest::none))
                .isOf("take of an event from long_traced")
                .hasMessageContaining("up to 36 bytes and the record's C type 413, which the kernel rounds up to 420");
        assertBpfException(() -> streams.plainTraced().consume(event -> {}, KernelPerfStreamsTest::none))
                .hasMessageContaining("up to 36 bytes and the record's C type 4, which the kernel rounds up to 4");
        emit(streams);
        List<PlainTraced> events = new ArrayList<>();
        streams.plainTraced().consume(events::add, KernelPerfStreamsTest::none);
        assertThat(events).containsExactly(new PlainTraced(0));
    }

    /** The longest event has a record of 65528 bytes, for which the buffer is made larger than requested. */
    @Test
    void consumesTheLongestEvent() {
        streams.longestTraced().open(PAGE);
        for (int i = 0; i < 4; i++) {
            assertThat(streams.program("emit_longest").testRun(PACKET).returnValue())
                    .isZero();
            List<LongestTraced> events = new ArrayList<>();
            streams.longestTraced().consume(events::add, KernelPerfStreamsTest::none);

            assertThat(events).hasSize(1);
            byte[] bytes = events.get(0).bytes().toBytes();
            assertThat(bytes).hasSize(65_516).startsWith(42).endsWith(43);
        }
    }

    /** The kernel accepts an event that is too long and truncates it silently: of 70000 bytes it writes a record of 4480. */
    @Test
    void reportsAnEventThatWasTooLong() {
        streams.longestTraced().open(1 << 20);
        assertThat(streams.program("emit_too_long").testRun(PACKET).returnValue())
                .isZero();

        assertBpfException(() -> streams.longestTraced().consume(event -> {}, KernelPerfStreamsTest::none))
                .hasMessageContaining("a program wrote an event of more than 65516 bytes");
        List<LongestTraced> events = new ArrayList<>();
        streams.longestTraced().consume(events::add, KernelPerfStreamsTest::none);
        assertThat(events).hasSize(1);
    }

    @Test
    void rejectsAMapWithTooFewSlots() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1);

        assertBpfException(() -> streams.tooShort().open(), "the map only has slots for 1 CPU, so", "sizedAtLoad");
        assertThatThrownBy(() -> streams.tooShort().open(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMapWithAKeyHasEmptySlotsUntilTheCallerFillsThem() {
        assertThat(streams.program("emit_by_hand").testRun(PACKET).returnValue())
                .as("ENOENT")
                .isEqualTo(-2);
        assertThat(streams.byHand().remove(0)).isFalse();
    }

    private static void none(long lost) {
        throw new AssertionError(lost + " events were lost");
    }

    private static int emit(PerfStreamsBpf streams) {
        return streams.program("emit").testRun(PACKET).returnValue();
    }

    private void emitOnOneCpu(int count) {
        OneCpu cpu = OneCpu.pin();
        try {
            streams.program("emit").testRun(TestRun.Input.packet(PACKET).withRepeat(count));
        } finally {
            cpu.close();
        }
    }

    private static List<Traced> all(PerfStreamsBpf.TracedMap events) {
        List<Traced> all = new ArrayList<>();
        assertThat(events.consume(all::add, KernelPerfStreamsTest::none)).isEqualTo(all.size());
        return all;
    }
}

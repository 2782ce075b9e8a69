/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.tests.maptypes.Rings.Command;
import dev.nestmap.tests.maptypes.Rings.Drained;
import dev.nestmap.tests.maptypes.Rings.Event;
import dev.nestmap.tests.maptypes.Rings.PlainCommand;
import dev.nestmap.tests.maptypes.Rings.PlainEvent;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events of ring buffers are consumed once, the oldest first. */
@KernelTest
@Tag("both-jdks")
class KernelRingsTest extends RingContract {
    private static final byte[] PACKET = new byte[64];

    /** Number of plain events that a buffer holds. */
    private static final int FIT = Pages.SIZE / 16;

    @AutoClose
    private final RingsBpf rings = RingsBpf.load(BpfObjects.of("rings"));

    @BeforeEach
    void start() {
        fill(rings);
    }

    private static void fill(RingsBpf rings) {
        rings.eventsBy().create(1);
        rings.eventsAt().create(1);
        rings.commandsBy().create(1);
        rings.commandsAt().create(1);
    }

    @Override
    RingsBpf loaded() {
        return rings;
    }

    @Override
    void emit() {
        assertThat(emit(rings)).isZero();
    }

    @InstalledClang.Each
    void consumesTheOldestEventFirst(InstalledClang clang) {
        try (RingsBpf written = RingsBpf.load(BpfObjects.of("rings", clang))) {
            fill(written);
            for (int i = 0; i < 3; i++) {
                assertThat(emit(written)).isZero();
            }

            RingsBpf.EventMap events = written.eventsBy().getOrCreate(1);
            assertThat(events.poll()).isEqualTo(new Event(0, 1));
            assertThat(events.poll()).isEqualTo(new Event(1, 1));
            assertThat(all(written.eventsAt().getOrCreate(1)))
                    .containsExactly(new Event(0, 2), new Event(1, 2), new Event(2, 2));
            assertThat(all(events)).containsExactly(new Event(2, 1));
            assertThat(events.poll()).isNull();
            assertThat(written.plainEvent().poll()).isEqualTo(new PlainEvent(0));
            for (int kept = 0; kept < Math.min(3, Pages.SIZE / 4096); kept++) {
                byte[] longest =
                        Objects.requireNonNull(written.longest().poll()).bytes().toBytes();
                assertThat(longest).hasSize(4080).startsWith(42).endsWith(43);
            }
            assertThat(written.longest().poll())
                    .as("the buffer had no room for more events")
                    .isNull();
        }
    }

    @Test
    void programsWriteEventsThatJavaDoesNotRead() throws IOException {
        RingsBpf.UnreadMap unread = rings.unreadBy().create(1);
        UntypedProgram emit = rings.program("emit_unread");

        assertThat(emit.testRun(PACKET).returnValue()).isZero();
        assertThat(unread.maxEntries()).isEqualTo(Pages.SIZE);
        assertThat(rings.unreadSamples().type()).isEqualTo("PERF_EVENT_ARRAY");
        int before = unread.id();
        discardDisplaced(rings.unreadBy().rotate(1));
        assertThat(rings.unreadBy().getOrCreate(1).id()).isNotEqualTo(before);

        try (BpfFs fs = BpfFs.mount();
                RingsBpf.UnreadByMap.Owned pinned = RingsBpf.UNREAD_BY_MAP.create(fs.path("unread"))) {
            pinned.create(1);
            discardDisplaced(pinned.rotate(1));
            assertThat(fs.content()).contains("unread");
        }
    }

    @Test
    void pollsEventsAcrossTheEndOfTheBuffer() {
        for (int i = 0; i < 2_000; i++) {
            assertThat(emit(rings)).isZero();
            assertThat(rings.eventsBy().getOrCreate(1).poll()).isEqualTo(new Event(i, 1));
            assertThat(rings.eventsAt().getOrCreate(1).poll()).isEqualTo(new Event(i, 2));
            assertThat(rings.plainEvent().poll()).isEqualTo(new PlainEvent(i));
        }
    }

    /** The reader waits soon after it has waited, so it pauses. */
    @Test
    @Timeout(60)
    void receivesAllEventsThatKeepComing() throws Exception {
        int count = 5_000;
        UntypedProgram emit = rings.program("emit_live");
        BackgroundTask<Integer> emitting = BackgroundTask.start(() -> {
            int failed = 0;
            for (int i = 0; i < count; i++) {
                failed += emit.testRun(PACKET).returnValue();
            }
            return failed;
        });
        List<Long> numbers = new ArrayList<>();
        while (numbers.size() < count) {
            assertThat(rings.liveEvent().consume(LONG, event -> numbers.add(event.number())))
                    .isPositive();
        }

        assertThat(emitting.result()).as("failed writes").isZero();
        assertThat(numbers).isEqualTo(LongStream.range(0, count).boxed().toList());
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        BackgroundTask<PlainEvent> waiting =
                BackgroundTask.startWaiting(() -> rings.plainEvent().poll(LONG));
        waiting.interrupt();

        assertThatThrownBy(waiting::result).hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aWaitSleepsUntilItsTimeIsOver() throws Exception {
        rings.plainEvent().poll(Duration.ofMillis(1)); // loads classes
        long before = voluntarySwitches();

        assertThat(rings.plainEvent().poll(Duration.ofMillis(400))).isNull();
        assertThat(voluntarySwitches() - before).as("context switches").isLessThan(10);
    }

    private static long voluntarySwitches() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    @Test
    void eventsThatAnActionHasNotReceivedEndAWait() throws Exception {
        emit(rings);
        emit(rings);
        AtomicReference<BackgroundTask<PlainEvent>> waiting = new AtomicReference<>();

        assertThatThrownBy(() -> rings.plainEvent().consume(event -> {
                    waiting.set(
                            BackgroundTask.startWaiting(() -> rings.plainEvent().poll(LONG)));
                    throw new IllegalStateException("as planned");
                }))
                .hasMessage("as planned");

        assertThat(Objects.requireNonNull(waiting.get()).result()).isEqualTo(new PlainEvent(0));
    }

    /** A poll takes out what came back. */
    @Test
    void anEventOnWhichTheListenerFailsIsPolled() {
        emit();
        emit();

        assertThatThrownBy(() -> rings.plainEvent().consume(event -> {
                    throw new IllegalStateException("event " + event.number());
                }))
                .hasMessage("event 0");
        assertThat(rings.plainEvent().poll()).isEqualTo(new PlainEvent(0));
        assertThat(rings.plainEvent().poll()).isEqualTo(new PlainEvent(1));
    }

    /** More events than are taken out at once. The program discards one before each. */
    @Test
    void consumesManyEventsAcrossDiscardedOnes() {
        for (int round = 0; round < 5; round++) {
            int first = 80 * round;
            for (int i = 0; i < 80; i++) {
                emit(rings);
            }
            assertThat(all(rings.eventsBy().getOrCreate(1)))
                    .isEqualTo(IntStream.range(first, first + 80)
                            .mapToObj(number -> new Event(number, 1))
                            .toList());
        }
    }

    @Test
    void rejectsAnEventOfAnotherSize() {
        rings.program("emit_longer").testRun(PACKET);
        emit(rings);

        assertBpfException(() -> rings.plainEvent().poll(), "it has 16 bytes and the record's C type 8");
        assertThat(rings.plainEvent().poll()).isEqualTo(new PlainEvent(0));
    }

    /** While a program writes as fast as it can, each event that fits is delivered once, to one of two threads. */
    @Test
    @Timeout(60)
    void severalThreadsShareTheEvents() throws Exception {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean twice = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Callable<Long> taking = () -> {
            long count = 0;
            while (true) {
                boolean last = done.get();
                count += rings.plainEvent().consume(event -> {
                    if (!seen.add(event.number())) {
                        twice.set(true);
                    }
                });
                if (last) {
                    return count;
                }
            }
        };
        BackgroundTask<Long> one = BackgroundTask.start(taking);
        BackgroundTask<Long> other = BackgroundTask.start(taking);
        UntypedProgram emit = rings.program("emit");
        for (int i = 0; i < 50 || seen.size() <= FIT; i++) {
            emit.testRun(TestRun.Input.packet(PACKET).withRepeat(1_000));
        }
        done.set(true);

        long sum = one.result() + other.result();
        assertThat(twice).isFalse();
        assertThat(sum).isEqualTo(seen.size());
        assertThat(rings.plainEvent().poll()).isNull();
    }

    @Test
    void programsDrainMessages() {
        rings.commandsBy().getOrCreate(1).push(new Command(7, 2));
        rings.commandsBy().getOrCreate(1).push(new Command(1, 255));
        rings.commandsAt().getOrCreate(1).push(new Command(3, 1));
        rings.plainCommand().push(new PlainCommand(1_000));

        assertThat(rings.program("drain").testRun(PACKET).returnValue()).isZero();

        assertThat(rings.drained().get(0)).isEqualTo(new Drained(0, 4, 14 + 255 + 3 + 1_000));
    }

    @Test
    void aTestTakesThePlaceOfProgramsOnlyInMemory() {
        assertBpfException(() -> rings.plainCommand().poll())
                .hasMessageContaining("the map is in the kernel, where only programs take out messages");
        assertBpfException(() -> rings.plainEvent().offer(new PlainEvent(1)))
                .hasMessageContaining("the map is in the kernel, where only programs write events");
    }

    @Test
    void reportsAFullBuffer() {
        long count = 0;
        long sum = 0;
        for (int round = 0; round < 5; round++) {
            for (long number = 0; rings.plainCommand().offer(new PlainCommand(number)); number++) {
                count++;
                sum += number;
            }
            assertBpfException(() -> rings.plainCommand().push(new PlainCommand(1)))
                    .hasMessageContaining("its " + Pages.SIZE + " bytes are full");
            assertThat(rings.program("drain").testRun(PACKET).returnValue()).isZero();
        }

        assertThat(count).isEqualTo(5L * FIT);
        assertThat(rings.drained().get(0)).isEqualTo(new Drained(0, count, sum));
    }

    private static int emit(RingsBpf rings) {
        return rings.program("emit").testRun(PACKET).returnValue();
    }

    private static List<Event> all(RingsBpf.EventMap events) {
        List<Event> all = new ArrayList<>();
        assertThat(events.consume(all::add)).isEqualTo(all.size());
        return all;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.maptypes.Rings.Command;
import dev.nestmap.tests.maptypes.Rings.Event;
import dev.nestmap.tests.maptypes.Rings.Longest;
import dev.nestmap.tests.maptypes.Rings.PlainCommand;
import dev.nestmap.tests.maptypes.Rings.PlainEvent;
import dev.nestmap.types.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ring buffers in the Java heap behave like the kernel's. */
class HeapRingsTest extends RingContract {
    @AutoClose
    private final RingsBpf loaded = RingsBpf.inMemory();

    private int next;

    @BeforeEach
    void start() {
        loaded.eventsBy().create(1);
    }

    @Override
    RingsBpf loaded() {
        return loaded;
    }

    @Override
    void emit() {
        assertThat(map(1).offer(new Event(next++, 1))).isTrue();
    }

    @Test
    void eventsOfATestReachTheServiceInOrder() throws Exception {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            RingsBpf.EventMap events = rings.eventsBy().create(1);
            assertThat(events.poll()).isNull();
            for (int number = 1; number <= 3; number++) {
                assertThat(events.offer(new Event(number, number))).isTrue();
            }
            assertThat(events.poll()).isEqualTo(new Event(1, 1));
            assertThatThrownBy(() -> events.consume(event -> {
                        throw new IllegalStateException(event.toString());
                    }))
                    .hasMessageContaining("number=2");
            List<Event> rest = new ArrayList<>();
            assertThat(events.consume(rest::add)).isEqualTo(2); // both came back
            assertThat(rest).containsExactly(new Event(2, 2), new Event(3, 3));

            BackgroundTask<Event> reader = BackgroundTask.start(() -> events.poll(Duration.ofMinutes(1)));
            events.offer(new Event(4, 4));
            assertThat(reader.result()).isEqualTo(new Event(4, 4));
            assertThat(events.poll(Duration.ofMillis(5))).isNull();
        }
    }

    @Test
    void aFullBufferRejectsEvents() {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            int fit = 0;
            while (rings.plainEvent().offer(new PlainEvent(fit))) {
                fit++;
            }
            assertThat(fit).isEqualTo(4096 / 16 - 1); // one byte stays free
            assertThat(rings.plainEvent().consume(event -> {})).isEqualTo(fit);
            assertThat(rings.plainEvent().offer(new PlainEvent(fit))).isTrue();
            assertThat(rings.longest().offer(new Longest(ByteString.of(new byte[4080]))))
                    .isTrue();
            assertThat(rings.longest()
                            .consume(longest ->
                                    assertThat(longest.bytes().size()).isEqualTo(4080)))
                    .isEqualTo(1);
        }
    }

    @Test
    void aTestTakesTheMessagesOfTheServiceInOrder() {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            assertThat(rings.plainCommand().poll()).isNull();
            long fit = 0;
            while (rings.plainCommand().offer(new PlainCommand(fit))) {
                fit++;
            }
            assertThat(fit).isEqualTo(4096 / 16);
            assertBpfException(() -> rings.plainCommand().push(new PlainCommand(0)))
                    .hasErrno(Errno.ENOSPC);
            assertThat(rings.plainCommand().poll()).isEqualTo(new PlainCommand(0));
            rings.plainCommand().push(new PlainCommand(fit));
            for (long number = 1; number <= fit; number++) {
                assertThat(rings.plainCommand().poll()).isEqualTo(new PlainCommand(number));
            }
        }
    }

    @Test
    void aRotatedBufferKeepsItsMessages() {
        try (RingsBpf rings = RingsBpf.inMemory()) {
            rings.commandsBy().create(1).push(new Command(1, 2));
            DrainedMap.drain(rings.commandsBy().rotate(1), displaced -> {
                rings.commandsBy().getOrCreate(1).push(new Command(3, 4));
                assertThat(displaced.poll()).isEqualTo(new Command(1, 2));
            });
            assertThat(rings.commandsBy().getOrCreate(1).poll()).isEqualTo(new Command(3, 4));
        }
    }
}

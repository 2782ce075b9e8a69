/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever looks at a pin finds it, even if an upgrade exchanges the generation before any of the system calls, and removes the previous one. */
@KernelTest
class KernelEndedGenerationTest {
    @ParameterizedTest
    @EnumSource(Look.class)
    void looksIntoTheNextGeneration(Look look) throws IOException {
        int calls = 0;
        try (WatchedThread thread = new WatchedThread()) {
            while (looks(look, calls, thread)) {
                calls++;
            }
        }

        assertThat(calls).as("calls before which the generation ended").isPositive();
    }

    /** Returns false if there are no more calls. */
    private static boolean looks(Look look, int call, WatchedThread thread) throws IOException {
        try (BpfFs fs = BpfFs.mount()) {
            Path now = fs.path("set").resolve("now");
            Path next = fs.path("set").resolve("next");
            KernelPins pins = new KernelPins();
            try (RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null)) {
                pins.pin(map, now.resolve("counts"), PinOptions.defaults());
                pins.pin(map, next.resolve("counts"), PinOptions.defaults());
            }
            Exchange exchange = new Exchange(now, next, call);
            thread.run(
                    exchange,
                    () -> assertThat(look.finds(pins, now.resolve("counts")))
                            .as("%s, exchanged before call %s", look, call)
                            .isTrue());
            return exchange.done;
        }
    }

    /** What looks at a pin. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Look {
        EXISTS(Pins::exists),
        LIST((pins, pin) -> pins.list(Objects.requireNonNull(pin.getParent())).contains(pin)),
        PLACE((pins, pin) -> pins.place(pin) != null),
        TIME((pins, pin) -> pins.time(pin).toEpochMilli() > 0),
        OPEN((pins, pin) -> {
            try (RawMap map = pins.open(pin, MapAccess.READ_WRITE)) {
                return map != null;
            }
        });

        private final BiPredicate<Pins, Path> look;

        Look(BiPredicate<Pins, Path> look) {
            this.look = look;
        }

        boolean finds(Pins pins, Path pin) {
            return look.test(pins, pin);
        }
    }

    /** Does what an upgrade does, before a call with a certain number. */
    private static final class Exchange implements WatchedThread.Watcher {
        private final Path now;
        private final Path next;
        private int left;
        private volatile boolean done;

        /** @param call number of the call, counted from 0 */
        Exchange(Path now, Path next, int call) {
            this.now = now;
            this.next = next;
            this.left = call;
        }

        @Override
        public @Nullable Errno before(SystemCall call) {
            if (!done && left-- == 0) {
                try (Descriptor set =
                        new Descriptor(SystemCallWrappers.open(Objects.requireNonNull(now.getParent())))) {
                    SystemCallWrappers.exchange(set.fd(), "now", "next"); // as another process does
                    Files.delete(next.resolve("counts"));
                    Files.delete(next);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                done = true;
            }
            return null;
        }
    }
}

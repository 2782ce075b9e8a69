/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A load fails after another process has opened its pin. */
@KernelTest
class KernelUsedPinsTest extends PinningTest {
    private static final MapShape SHAPE = new MapShape("counts", MapKind.HASH, 4, 8, 8, 0);

    private final KernelMapFactory factory = new KernelMapFactory();
    private final KernelPins kernel = new KernelPins();

    /** Pins with which other processes use the pin at two moments of the removal. */
    private Pins meeting(PinPaths paths, Runnable beforeMove, Runnable afterLastLook) {
        return (Pins) Proxy.newProxyInstance(
                Pins.class.getClassLoader(), new Class<?>[] {Pins.class}, (self, method, args) -> {
                    if (method.getName().equals("move") && args[0].equals(paths.outer())) {
                        beforeMove.run();
                    }
                    Object result;
                    try {
                        result = method.invoke(kernel, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (method.getName().equals("time") && args[0].equals(paths.removed())) {
                        afterLastLook.run();
                    }
                    return result;
                });
    }

    private PinPaths paths(Path pin) {
        return new PinPaths(pin, PinOptions.defaults(), MapAccess.READ_WRITE);
    }

    @Test
    void putsThePinBackThatAnotherProcessUses() {
        PinPaths paths = paths(fs.pin("counts"));
        try (RawMap map = factory.create(SHAPE, null)) {
            kernel.pin(map, paths.outer(), paths.options());
            Object file = kernel.fileAt(paths.outer());
            Pins meeting = meeting(paths, () -> new UsedPins(kernel).mark(paths.outer()), () -> {});

            assertThat(new UsedPins(meeting).removeUnlessUsed(map, file, paths)).isFalse();

            assertThat(kernel.isPinned(map, paths.outer())).isTrue();
            assertThat(kernel.exists(paths.removed())).isFalse();
            assertThat(new UsedPins(kernel).removeUnlessUsed(map, file, paths))
                    .as("it stays marked")
                    .isFalse();
        }
    }

    @Test
    void leavesThePinOfAThirdProcess() {
        PinPaths paths = paths(fs.pin("counts"));
        try (RawMap map = factory.create(SHAPE, null);
                RawMap third = factory.create(SHAPE, null);
                LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            kernel.pin(map, paths.outer(), paths.options());
            Object file = kernel.fileAt(paths.outer());
            Pins meeting = meeting(
                    paths,
                    () -> new UsedPins(kernel).mark(paths.outer()),
                    () -> kernel.pin(third, paths.outer(), paths.options()));

            assertThat(new UsedPins(meeting).removeUnlessUsed(map, file, paths)).isFalse();

            assertThat(kernel.isPinned(third, paths.outer())).isTrue();
            assertThat(kernel.isPinned(map, paths.removed())).isTrue();
            assertThat(log.messages()).singleElement().asString().contains("stays pinned at " + paths.removed());
        }
    }

    /** It may be the only pin of a map that another process uses: see the test above. */
    @Test
    void keepsThePinThatAnEarlierFailureHasLeft() throws IOException {
        PinPaths paths = paths(fs.pin("counts"));
        try (RawMap map = factory.create(SHAPE, null);
                RawMap earlier = factory.create(SHAPE, null);
                LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            kernel.pin(map, paths.outer(), paths.options());
            Object file = kernel.fileAt(paths.outer());
            kernel.pin(earlier, paths.removed(), paths.options());

            assertThat(new UsedPins(kernel).removeUnlessUsed(map, file, paths)).isFalse();

            assertThat(kernel.isPinned(earlier, paths.removed())).isTrue();
            assertThat(kernel.isPinned(map, paths.outer())).isTrue();
            assertThat(log.messages()).singleElement().asString().contains("has left " + paths.removed());

            kernel.remove(paths.removed());
            assertThat(new UsedPins(kernel).removeUnlessUsed(map, file, paths)).isTrue();
            assertThat(fs.content()).noneMatch(name -> name.startsWith("counts"));
        }
    }
}

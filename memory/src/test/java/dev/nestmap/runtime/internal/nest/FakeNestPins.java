/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.type.Scalar;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pins of an outer map in memory, which this object owns, and beside which nothing is pinned. */
class FakeNestPins extends NestPins {
    FakeNestPins() {
        super(
                new ClaimedPin(
                        nothing(),
                        new PinPaths(Path.of("/sys/fs/bpf/tenant"), PinOptions.defaults(), MapAccess.READ_WRITE)),
                Scalar.U32,
                false,
                OtherVersions.NONE);
    }

    private static Pins nothing() {
        return (Pins) Proxy.newProxyInstance(
                FakeNestPins.class.getClassLoader(),
                new Class<?>[] {Pins.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "exists" -> false;
                    case "list" -> List.of();
                    case "open", "reading" -> null;
                    default -> throw new AssertionError("nothing is pinned: " + method);
                });
    }

    @Override
    Pins.Lock use(Nest nest, String operation, @Nullable SlotKey slot) {
        return Pins.Lock.NONE;
    }

    @Override
    boolean isCompared() {
        return true;
    }

    @Override
    void compare(Nest nest) {}

    @Override
    void prepare(List<SlotChange> changes, boolean returnsOutgoing) {}

    @Override
    Set<Integer> idsInOthers() {
        return Set.of();
    }

    @Override
    @Nullable
    String machine() {
        return "test";
    }
}

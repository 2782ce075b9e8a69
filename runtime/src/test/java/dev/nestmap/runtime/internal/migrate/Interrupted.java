/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.testing.Interleaving;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Pins that fail from the change with a given number on, as if the process had ended. */
public final class Interrupted {
    private static final List<String> CHANGES = List.of(
            "lock",
            "createDirectory",
            "createLike",
            "pin",
            "setTime",
            "link",
            "move",
            "moveDirectory",
            "remove",
            "exchange",
            "createLink");

    private final int end;
    private final AtomicInteger changes = new AtomicInteger();

    /** An error that no code catches. */
    public static final class End extends Error {
        private static final long serialVersionUID = 1;
    }

    /** @param end the number of the first change that fails, counted from 0 */
    public Interrupted(int end) {
        this.end = end;
    }

    /** The pins that fail. */
    public Pins pins() {
        return Interleaving.before(new KernelPins(), (method, values) -> {
            boolean change = CHANGES.contains(method.getName());
            if ((change ? changes.getAndIncrement() : changes.get() - 1) >= end) {
                throw new End();
            }
        });
    }
}

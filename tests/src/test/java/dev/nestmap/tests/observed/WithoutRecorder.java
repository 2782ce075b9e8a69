/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.observed.Observed.Guest;
import dev.nestmap.tests.observed.ObservedBpf.GuestMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Rotates a map in memory, and prints what a listener learnt. */
final class WithoutRecorder {
    private WithoutRecorder() {}

    public static void main(String[] args) {
        List<String> operations = Collections.synchronizedList(new ArrayList<>());
        Nestmap.addListener((kind, name) -> kind == Operation.Kind.PUBLISH
                ? null
                : operation -> operations.add(kind + " " + name + " " + operation.changed()));
        try (ObservedBpf bpf = ObservedBpf.inMemory()) {
            bpf.room().create(1).put(new Guest(1, 5, 90));
            try (DrainedMap<GuestMap> rotatedTicket =
                    DrainedMap.of(Objects.requireNonNull(bpf.room().rotate(1)))) {
                GuestMap rotated = rotatedTicket.map();
                System.out.println("recorder "
                        + ModuleLayer.boot().findModule("jdk.jfr").isPresent() + ", rotated "
                        + Objects.requireNonNull(rotated.get(1)).nights() + ", listened " + operations);
            }
        }
    }
}

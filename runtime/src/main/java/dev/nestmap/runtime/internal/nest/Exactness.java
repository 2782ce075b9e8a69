/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.SlotChangeRun.Kind;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether rotations and takes of one outer map are exact: no program writes to a displaced map after the kernel's grace period, and nobody
 * else changes the slots. A {@link SlotChangeRun} also checks what depends on the slots that it changes.
 */
public final class Exactness {
    private static final Set<ManagedFieldType> CALLBACKS =
            EnumSet.of(ManagedFieldType.TIMER, ManagedFieldType.WORK_QUEUE, ManagedFieldType.TASK_WORK);

    private final String outer;
    private final boolean hasCallbacks;
    private volatile @Nullable String obstacle;

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param sleepablePrograms names of the programs that use the outer map and that a grace period does not cover
     */
    Exactness(String outer, MapShape inner, List<String> sleepablePrograms) {
        this.outer = outer;
        List<ManagedField> fields = inner.managed();
        this.hasCallbacks = fields != null && hasCallbacks(fields);
        this.obstacle = obstacle(sleepablePrograms);
    }

    /** Whether programs may write to entries with these fields in callbacks that run later. */
    public static boolean hasCallbacks(List<ManagedField> fields) {
        return fields.stream().map(ManagedField::type).anyMatch(CALLBACKS::contains);
    }

    private @Nullable String obstacle(List<String> sleepablePrograms) {
        if (!sleepablePrograms.isEmpty()) { // the kernel's grace period does not cover them
            return "sleepable programs use the map, and an update does not wait for them: "
                    + String.join(", ", sleepablePrograms) + ". They may still write to the displaced inner map";
        }
        return hasCallbacks
                ? "the inner maps have timers, work queues or task work, whose callbacks may still write to the displaced inner map"
                : null;
    }

    /** Why no rotation is exact, whatever slot it changes; null if Nestmap finds no reason. */
    public @Nullable String obstacle() {
        return obstacle;
    }

    /** Lets exact rotations fail, because the handle does not know other programs or processes that use the slots. */
    public void never(String reason) {
        obstacle = reason;
    }

    /** Whether programs may write to a displaced map in callbacks that run later. */
    public boolean hasCallbacks() {
        return hasCallbacks;
    }

    /**
     * Throws if no exact change is possible, whatever slots it changes.
     *
     * @param isRotation whether the change is a rotation, and not a take
     */
    public void require(boolean isRotation, SlotKey first) {
        require(isRotation ? Kind.ROTATE : Kind.TAKE, first);
    }

    /** Does the same for an operation. */
    void require(Kind kind, SlotKey first) {
        String reason = obstacle;
        if (reason != null) {
            throw BpfException.of(Reason.LOSES_COUNTS, kind.noun())
                    .map(outer)
                    .key(first.key())
                    .because(
                            reason
                                    + ". Use expert().unchecked() to go ahead; counts that are added after you have read the map are lost");
        }
    }
}

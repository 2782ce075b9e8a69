/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates maps and opens existing ones. */
public interface MapFactory {
    /**
     * Creates an empty map, which the caller owns.
     *
     * @param prototype a map like the inner maps if the shape is a map of maps, otherwise null
     * @throws dev.nestmap.runtime.error.BpfException if the kernel rejects it
     */
    RawMap create(MapShape shape, @Nullable RawMap prototype);

    /** A factory for maps of this definition, which gives the kernel the definition's types as BTF where it needs them. */
    default MapFactory of(MapDef definition) {
        return this;
    }

    /** The size of the machine's memory pages in bytes. The kernel accepts ring buffers of whole pages only. */
    long pageSize();

    /**
     * Returns the schema with the maps that this machine can have: with ring buffers of whole pages, and on a kernel without RHASH with
     * HASHes, where records allow it.
     */
    default Schema fit(Schema schema) {
        return schema.withPages(pageSize());
    }

    /** The CPUs that have a value in an entry of a per-CPU map. */
    PossibleCpus possibleCpus();

    /**
     * Opens the map with this id. The caller owns the result. Null if the map no longer exists.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the kernel refuses: opening by id requires CAP_SYS_ADMIN
     */
    @Nullable
    RawMap open(int id);

    /**
     * Returns those of these maps, by their ids, that a sleepable program uses by their names, also one that was detached and may still run. Empty if the
     * kernel does not tell.
     *
     * @throws dev.nestmap.runtime.error.BpfException if a later try may succeed
     */
    default Set<Integer> usedBySleepable(Set<Integer> maps) {
        return Set.of();
    }

    /**
     * The loaded programs that use one of these maps by its name, whoever loaded them. Null if this process may not list programs, which
     * requires CAP_SYS_ADMIN.
     */
    default @Nullable List<ProgramStatistics> programsUsing(Set<Integer> maps) {
        return List.of();
    }
}

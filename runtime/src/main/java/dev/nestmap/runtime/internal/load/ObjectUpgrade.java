/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.migrate.PinMigration;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.program.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Loads an object with the pinned maps of an earlier run, and takes over the links of that run.
 *
 * <p>A process that is killed at any point leaves the old program attached, or the new one. The old one still writes to the maps of the
 * previous version. They are pinned, and the next upgrade finds them.
 */
final class ObjectUpgrade {
    private final PlannedLoad load;
    private final Function<LoadPlan, ObjectBackend> loader;
    private final Map<PinPaths, PinMigration> migrations;
    private final List<LinkTakeover> takeovers;
    private final Runnable gracePeriod;

    /**
     * @param migrations by the pins of the maps that they migrate
     * @param takeovers the programs to attach
     * @param gracePeriod waits until programs that were running have ended
     */
    ObjectUpgrade(
            PlannedLoad load,
            Function<LoadPlan, ObjectBackend> loader,
            Map<PinPaths, PinMigration> migrations,
            List<LinkTakeover> takeovers,
            Runnable gracePeriod) {
        this.load = load;
        this.loader = loader;
        this.migrations = new LinkedHashMap<>(migrations);
        this.takeovers = List.copyOf(takeovers);
        this.gracePeriod = gracePeriod;
    }

    LoadedState run() {
        migrate();
        LoadedState object = load.load(loader);
        try (Undo undo = new Undo(object::close)) {
            takeovers.forEach(takeover -> attach(object, takeover));
            gracePeriod.run();
            migrations.forEach((paths, migration) -> migration.convertRetired(paths));
            return undo.commit(object);
        }
    }

    /**
     * Migrates the maps that are not of this version. Before anything changes, this checks that the kernel accepts the new programs, and
     * for each map what it can without copying entries. Otherwise neither version could start.
     */
    private void migrate() {
        Map<PinPaths, PinMigration> needed = new LinkedHashMap<>(migrations);
        needed.entrySet().removeIf(entry -> !entry.getValue().isNeeded(entry.getKey()));
        if (!needed.isEmpty()) {
            load.checkLoadable(loader);
            needed.forEach((paths, migration) -> migration.requirePossible(paths));
            needed.forEach((paths, migration) -> migration.run(paths, load.pinsInners(paths)));
        }
    }

    /** {@link LoadSettings#takeovers} has only programs that are loaded. */
    private static void attach(LoadedState object, LinkTakeover takeover) {
        Program program = object.programs().stream()
                .filter(candidate -> candidate.name().equals(takeover.program()))
                .findFirst()
                .orElseThrow();
        program.attach(takeover.attachment(), takeover.pin());
    }
}

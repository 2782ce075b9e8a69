/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.nio.file.attribute.PosixFilePermission;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Pins a reader: programs that read an outer map and its inner maps, their constants and their buffer, and a prototype of the inner maps. A
 * process without privileges reads the maps through these pins.
 *
 * @param schema declares the outer map and its inner maps
 * @param user the number of the user of this process
 */
public record ReaderPinner(Pins pins, Schema schema, MapFactory factory, PinPaths paths, int user) {
    /**
     * Checks that the options let only this user write.
     *
     * @throws IllegalArgumentException if they let another user write
     */
    public ReaderPinner {
        Set<PosixFilePermission> permissions = paths.options().permissions();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IllegalArgumentException("a reader must not be able to replace the pins, and " + paths.options()
                    + " lets others write: use permissions such as rw-r----- or rw-r--r--");
        }
        if (paths.options().owner() != null && paths.options().owner().user() != user) {
            throw new IllegalArgumentException(paths.options() + " makes user "
                    + paths.options().owner().user()
                    + " the owner of the pins, who could replace them: keep user "
                    + user
                    + " as the owner, and let a group read (withOwner(" + user + ", group), rw-r-----)");
        }
    }

    /** Pins a reader of this outer map, in place of an earlier reader. */
    public void pin(RawMap outer, MapDef map, MapShape inner) {
        ClaimedPin claimed = new ClaimedPin(pins, paths);
        claimed.owning(() -> pin(outer, map, inner, claimed));
    }

    private void pin(RawMap outer, MapDef map, MapShape inner, ClaimedPin claimed) {
        if (!isFree()) {
            throw new BpfException(
                    Reason.ALREADY_EXISTS,
                    "pinning of a reader of map " + outer.shape().name() + " at " + paths.outer(),
                    "something else is pinned there: pass another path, such as that pin's path with an ending");
        }
        QueryLayout layout = QueryLayout.of(outer.shape(), inner, inner.valueBytes(factory::possibleCpus));
        MapPins set = new MapPins(new ExistingMapFinder(schema, complete(map, inner), factory, pins), map, claimed);
        pins.pinReader(outer, layout, paths.reader(), paths.options(), () -> pins.remove(paths.outer()), set::pin);
    }

    /** The schema with the size of the inner maps, and for somebody else's object with all attributes that the records leave out. */
    private Schema complete(MapDef map, MapShape inner) {
        MapDef declared = schema.innerOf(map);
        return schema.isForeign()
                ? ExistingMapFinder.withInnerShape(schema, declared, inner)
                : ExistingMapFinder.withInnerSize(schema, declared, OptionalLong.of(inner.maxEntries()));
    }

    /** Whether nothing is pinned at the path, or only an earlier reader. */
    private boolean isFree() {
        try (RawMap pinned = pins.open(paths.outer(), MapAccess.READ_ONLY)) {
            return pinned == null || pins.isReader(pinned, paths.reader());
        }
    }
}

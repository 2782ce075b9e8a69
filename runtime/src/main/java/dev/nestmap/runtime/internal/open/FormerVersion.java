/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.ManagedField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version of a displaced map, if it is another one than that of its outer map. What a reader may doubt depends on the map in which programs have
 * counted, and not on the one to which its entries were converted.
 *
 * @param text the version
 * @param shape the shape of the map in which programs have counted
 * @param wasFull whether that map was full; null if it is the one that is read
 */
public record FormerVersion(
        PinnedMapText text, MapShape shape, @Nullable Boolean wasFull) {
    /** Whether programs of that version counted what they could not count in inner maps. */
    public boolean countsRefusals() {
        return UncountedMap.in(text.schema(), text.definition()).isPresent();
    }

    /** The fields of the entries that the kernel manages. */
    public List<ManagedField> managed() {
        MapDef content = text.schema().contentOf(text.definition());
        List<ManagedField> managed = MapShape.of(content).managed();
        return managed == null ? List.of() : managed;
    }
}

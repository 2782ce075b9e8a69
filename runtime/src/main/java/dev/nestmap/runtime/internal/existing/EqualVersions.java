/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import dev.nestmap.runtime.internal.nest.OtherVersions;
import dev.nestmap.runtime.internal.open.FormerVersion;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.text.PinnedMapText;
import java.util.List;

/**
 * Reads displaced maps of other versions as they are, if their entries mean the same: only the outer map was another one.
 *
 * @param maps the maps of the version that reads
 * @param outer the definition of the outer map
 */
public record EqualVersions(ExistingMapFinder maps, MapDef outer) implements OtherVersions {
    /** Reads all inner maps as they are, for a reader that takes their meaning from {@link FormerVersion#text}. */
    public static final OtherVersions ANY = text -> {
        if (text.definition().role() != MapRole.OUTER) { // no slot had it, so its counts are of no key
            throw OtherVersions.unreadable(
                    text, "a plain map was pinned there, until a version put an outer map in its place");
        }
        return asTheyAre(text);
    };

    @Override
    public Reader of(PinnedMapText text) {
        List<String> differences = maps.innerDifferences(outer, text);
        if (!differences.isEmpty()) {
            throw OtherVersions.unreadable(
                    text, String.join("; ", differences) + ". Only a load converts entries of other versions");
        }
        return asTheyAre(text);
    }

    /** Reads maps as they are. */
    public static Reader asTheyAre(PinnedMapText text) {
        return map -> new FormerMap(map, new FormerVersion(text, map.shape(), null));
    }
}

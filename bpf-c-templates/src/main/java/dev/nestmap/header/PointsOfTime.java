/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.StructType;
import java.util.List;

/** The numbers in values that are points of time ({@code Instant}). A sum of these has no meaning. */
final class PointsOfTime {
    private PointsOfTime() {}

    /** The names of the fields of the map's value that are points of time; {@code value} if the value itself is one. */
    static List<String> of(Schema schema, MapDef map) {
        String owner = map.value() instanceof StructType struct ? schema.owner(struct) : FieldMeaning.MAP + map.name();
        return schema.meanings().stream()
                .filter(FieldMeaning.Time.class::isInstance)
                .map(FieldMeaning.Time.class::cast)
                .filter(time -> time.isInstant()
                        && time.owner().equals(owner)
                        && !time.field().equals("key"))
                .map(FieldMeaning.Time::field)
                .toList();
    }
}

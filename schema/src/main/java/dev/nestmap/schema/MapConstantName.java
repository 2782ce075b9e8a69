/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.Locale;

/** The name of a map's constant in the generated class, as messages show it. */
public final class MapConstantName {
    private MapConstantName() {}

    /** Returns {@code TENANT_MAP} for a map {@code tenant}. The constant of a record with a {@code @Name} may have another name. */
    public static String of(String map) {
        return map.toUpperCase(Locale.ROOT) + "_MAP";
    }
}

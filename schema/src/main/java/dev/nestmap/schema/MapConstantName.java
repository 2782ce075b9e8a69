/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/** The name of a map's constant in the generated class, as messages show it. */
public final class MapConstantName {
    private MapConstantName() {}

    /** Returns {@code L7_FLOWS_MAP} for a map {@code l7_flows}. The constant of a record with a {@code @Name} may have another name. */
    public static String of(String map) {
        return CNameConverter.upperCase(CNameConverter.member(map) + "Map");
    }
}

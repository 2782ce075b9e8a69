/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.untyped.UntypedMap;

/** The output of {@code nestmap tree}. */
interface TreeOutput {
    /** Shows a map with its entries, or with its inner maps and their entries. */
    void map(UntypedMap map);

    /** Ends the output. Returns whether this user may read all of the maps. */
    boolean end();
}

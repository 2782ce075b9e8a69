/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.schema.Schema;
import dev.nestmap.untyped.UntypedMap;
import java.util.List;

/** The output of {@code nestmap tree}. */
interface TreeOutput {
    /** Shows a map with its entries, or with its inner maps and their entries. */
    void map(UntypedMap map);

    /**
     * Shows the maps that an object file declares.
     *
     * @param malformed the definitions that can't be read
     */
    void object(String file, Schema schema, List<MalformedMap> malformed);

    /** Ends the output. Returns whether this user may read all of the maps. */
    boolean end();
}

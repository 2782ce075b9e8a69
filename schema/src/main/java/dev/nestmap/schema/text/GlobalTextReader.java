/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import dev.nestmap.schema.GlobalDef;
import java.util.ArrayList;
import java.util.List;

/** Reads global variables from a schema text. */
final class GlobalTextReader {
    private final TextLines lines;
    private final TypeTextReader types;
    private final List<GlobalDef> globals = new ArrayList<>();

    GlobalTextReader(TextLines lines, TypeTextReader types) {
        this.lines = lines;
        this.types = types;
    }

    /** The variables that were declared so far, in order. */
    List<GlobalDef> globals() {
        return List.copyOf(globals);
    }

    /** Reads a variable after its keyword. */
    void declaration(LineTokens line) {
        String name = line.name();
        String section = line.expect(":").name();
        if (globals.stream().anyMatch(other -> other.name().equals(name))) {
            throw line.error("the text declares global variable " + name + " twice");
        }
        if (!GlobalDef.isDataSection(section)) {
            throw line.error("\"" + section + "\" is not a section of global variables");
        }
        if (!lines.isPartOf(line)) {
            throw line.error("the variable has no attribute \"type\"");
        }
        LineTokens attribute = lines.next();
        globals.add(
                new GlobalDef(name, section, types.part(attribute.expect("type").expect(":"))));
        attribute.end();
    }
}

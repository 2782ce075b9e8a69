/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds objects that a {@code @BpfObject} declares but for which the module has no program. The problems are only warnings, because the
 * object may be compiled elsewhere, may not exist yet, or may only be used in memory.
 */
final class MissingSourceCheck {
    private final ModuleLayout layout;

    MissingSourceCheck(ModuleLayout layout) {
        this.layout = layout;
    }

    /** One warning for each object that has neither a program in the source directory nor an object file in the class directory. */
    List<String> warnings() throws IOException {
        List<String> programs = layout.programs();
        Set<String> schemas = layout.schemas().keySet();
        List<String> unused =
                programs.stream().filter(name -> !schemas.contains(name)).toList();
        List<String> warnings = new ArrayList<>();
        for (String name : schemas) {
            if (!programs.contains(name) && !Files.exists(layout.object(name))) {
                objectClass(name).ifPresent(generated -> warnings.add(warning(name, generated, unused)));
            }
        }
        return warnings;
    }

    /**
     * The class that loads the object. Empty unless the schema text belongs to a {@code @BpfObject} whose header Nestmap generates. Shared
     * types and inner maps also have schema texts, and existing objects have no generated header.
     */
    private Optional<String> objectClass(String name) throws IOException {
        try {
            Schema schema = SchemaText.parse(Files.readString(layout.schema(name)));
            String generated = schema.origin() + "Bpf";
            Path file = layout.output().resolve(generated.replace('.', '/') + ".class");
            return schema.isForeign() || !Files.exists(file) ? Optional.empty() : Optional.of(generated);
        } catch (SchemaFormatException e) {
            return Optional.empty(); // the comparison reports it if a program uses it
        }
    }

    private String warning(String name, String generated, List<String> unused) {
        String remedy = NearestNameFinder.in(unused, name)
                .map(other -> "The name of " + layout.source(other)
                        + " is similar, but no @BpfObject has it: rename the file or the @BpfObject")
                .orElse(
                        "Write this program. If another module compiles it, bind the goal compile only in that module. Or load"
                                + " a file with load(Path)");
        return "There is no " + layout.source(name) + ", so " + generated + ".load() will not find " + name + ".bpf.o. "
                + remedy;
    }
}

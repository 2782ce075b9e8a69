/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks the object files in a directory without loading them, and compares them with the records of the same name. */
public final class ObjectFileCheck {
    private static final String OBJECT = ".o";

    private final ModuleLayout layout;
    private final BuildLog log;

    /** Creates a check of objects that belong to a module. */
    public ObjectFileCheck(ModuleLayout layout, BuildLog log) {
        this.layout = layout;
        this.log = log;
    }

    /**
     * Reports the problems of all {@code *.o} in a directory, which may not exist.
     *
     * @param strict whether fragile parts are errors, too
     * @throws BuildException if there is an error
     */
    public void check(Path directory, boolean strict) throws IOException, BuildException {
        int failures = 0;
        for (Path object : ModuleLayout.files(directory, OBJECT)) {
            for (Finding problem : problems(object)) {
                String message = object + ": " + problem.message();
                boolean fails = problem.fails(strict);
                failures += fails ? 1 : 0;
                log.log(
                        fails ? Level.ERROR : problem.severity() == Severity.WARNING ? Level.WARNING : Level.INFO,
                        message);
            }
        }
        if (failures > 0) {
            throw new BuildException(CountText.of(failures, "problem") + " in checked-in objects; see above");
        }
    }

    /** The problems of an object; also compared with the schema text of its name, if the module has records of this name. */
    private List<Finding> problems(Path object) throws IOException, BuildException {
        byte[] bytes = Files.readAllBytes(object);
        Path schema = layout.schema(ObjectFile.headerName(object.toString()));
        if (!Files.exists(schema)) {
            return LoadCheck.of(object.toString(), bytes, List.of());
        }
        try {
            return LoadCheck.of(object.toString(), bytes, SchemaText.parse(Files.readString(schema)));
        } catch (SchemaFormatException e) {
            throw new BuildException(schema + ": " + e.getMessage() + "; " + ModuleLayout.SAME_VERSION);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import dev.nestmap.header.HeaderPrinter;
import dev.nestmap.processor.accessors.AccessorWriter;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.reader.TopLevelReader;
import dev.nestmap.processor.reader.declaration.Declaration;
import dev.nestmap.processor.reader.declaration.ReadResult;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.annotation.processing.Filer;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.Generated;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * Writes the header, the schema text and the accessors of a declaration. The top-level type is the only originating element of each file.
 */
final class GeneratedFiles {
    private static final String FOLDER = "META-INF/bpf/";

    private final ProcessingEnvironment environment;
    private final Map<String, TypeElement> writtenBy = new HashMap<>();

    GeneratedFiles(ProcessingEnvironment environment) {
        this.environment = environment;
    }

    /** Writes the files, or reports why they can't be written. */
    void write(Declaration declaration, ReadResult result, TypeElement origin) {
        Schema schema = declaration.schema();
        Optional<String> other = otherOrigin(schema, origin);
        if (other.isPresent()) {
            result.reportHeader(
                    environment.getMessager(),
                    Rule.HEADER_CLASH,
                    origin.getQualifiedName(),
                    other.get(),
                    schema.header());
            return;
        }
        writtenBy.put(key(schema.header()), origin);
        try {
            source(declaration.model(), origin);
            if (!schema.isForeign()) {
                resource(
                        FOLDER + "include/" + schema.header() + ".bpf.h",
                        HeaderPrinter.print(schema, declaration.prefix()),
                        origin);
            }
            resource(FOLDER + schema.header() + ".schema", SchemaText.print(schema), origin);
        } catch (FilerException alreadyThere) {
            String generated = declaration.model().generatedName();
            error(
                    origin,
                    Rule.JAVA_NAME_CLASH.message(
                            origin.getQualifiedName(),
                            generated,
                            "the source already declares that type",
                            "choose another name"));
        } catch (IOException e) {
            error(origin, Rule.NOT_WRITTEN.message(origin.getQualifiedName(), e));
        }
    }

    /** Another type with the same header, in this compilation or in an earlier one. */
    private Optional<String> otherOrigin(Schema schema, TypeElement origin) {
        String header = schema.header();
        TypeElement written = writtenBy.get(key(header));
        if (written != null) {
            return Optional.of(written.getQualifiedName().toString());
        }
        if (schema.isForeign()) {
            return Optional.empty(); // without a header, no file names the type that it comes from
        }
        return HeaderOrigin.read(environment.getFiler(), FOLDER + "include/" + header + ".bpf.h")
                .filter(other -> !origin.getQualifiedName().contentEquals(other))
                .filter(other -> stillWrites(other, header));
    }

    /** Whether a type of an earlier compilation still exists with this header. */
    private boolean stillWrites(String type, String header) {
        return Optional.ofNullable(environment.getElementUtils().getTypeElement(type))
                .map(TopLevelReader::headerOf)
                .filter(header::equals)
                .isPresent();
    }

    /**
     * The key of a header in {@code writtenBy}. Some file systems ignore case, and headers whose names differ only in case have the same
     * include guard.
     */
    private static String key(String header) {
        return header.toLowerCase(Locale.ROOT);
    }

    /** Writes a file in UTF-8. A writer of javac would use the encoding of the sources. */
    private void resource(String path, String text, TypeElement origin) throws IOException {
        Filer filer = environment.getFiler();
        FileObject file = filer.createResource(StandardLocation.CLASS_OUTPUT, "", path, origin);
        try (OutputStream stream = file.openOutputStream()) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void source(ObjectModel model, TypeElement origin) throws IOException {
        Filer filer = environment.getFiler();
        try (Writer writer =
                filer.createSourceFile(model.generatedName(), origin).openWriter()) {
            AccessorWriter.write(model, seesGenerated(origin), writer);
        }
    }

    /** Whether the code may use {@code @Generated}. In a named module, it may only if the module requires {@code java.compiler}. */
    private boolean seesGenerated(TypeElement origin) {
        Elements elements = environment.getElementUtils();
        return elements.getTypeElement(elements.getModuleOf(origin), Generated.class.getName()) != null;
    }

    private void error(TypeElement origin, String message) {
        environment.getMessager().printMessage(Diagnostic.Kind.ERROR, message, origin);
    }
}

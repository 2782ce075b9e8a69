/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import com.palantir.javapoet.ClassName;
import dev.nestmap.header.HeaderPrinter;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.accessors.JavaFileWriter;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.reader.DeclarationReader;
import dev.nestmap.processor.reader.source.GeneratedJavaNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.ReadResult;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.annotation.processing.Filer;
import javax.annotation.processing.FilerException;
import javax.annotation.processing.Generated;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.FileObject;
import javax.tools.StandardLocation;

/**
 * Writes the header, the schema text and the accessors of a declaration. The top-level type is the only originating element of each file.
 */
final class GeneratedFileWriter {
    private static final String FOLDER = "META-INF/bpf/";

    private final ProcessingEnvironment environment;
    private final Map<String, TypeElement> writtenBy = new HashMap<>();

    GeneratedFileWriter(ProcessingEnvironment environment) {
        this.environment = environment;
    }

    /** Writes the files, or reports why they can't be written. */
    void write(ObjectModel model, ReadResult result, TypeElement origin) {
        Schema schema = model.schema();
        TypeElement other = writtenBy.putIfAbsent(key(schema), origin);
        if (other != null) {
            report(
                    result.header(),
                    Rule.HEADER_CLASH,
                    origin.getQualifiedName(),
                    other.getQualifiedName(),
                    schema.header());
            return;
        }
        try {
            source(model, origin);
            if (!schema.isForeign()) {
                resource(
                        FOLDER + "include/" + schema.path() + ".bpf.h",
                        HeaderPrinter.print(schema, model.prefix()),
                        origin);
            }
            resource(FOLDER + schema.path() + ".schema", SchemaText.print(schema), origin);
        } catch (FilerException alreadyThere) {
            report(
                    SourceLocation.of(origin),
                    Rule.JAVA_NAME_CLASH,
                    origin.getQualifiedName(),
                    model.generatedName(),
                    "the source already declares that type",
                    "");
        } catch (IOException e) {
            report(SourceLocation.of(origin), Rule.NOT_WRITTEN, origin.getQualifiedName(), e);
        }
    }

    /**
     * Writes empty classes in place of those that can't be generated, so that javac does not also report each line that names one.
     */
    void writeEmpty(TypeElement origin) {
        ClassName holder = GeneratedJavaNames.holder(origin);
        try (Writer writer = environment
                .getFiler()
                .createSourceFile(holder.canonicalName(), origin)
                .openWriter()) {
            JavaFileWriter.writeEmpty(holder, DeclarationReader.nestedClasses(origin), writer);
        } catch (FilerException alreadyThere) {
            // The source declares a type with this name, so javac finds it.
        } catch (IOException e) {
            report(SourceLocation.of(origin), Rule.NOT_WRITTEN, origin.getQualifiedName(), e);
        }
    }

    /**
     * The key of a schema's files in {@code writtenBy}. Some file systems ignore case, and headers whose paths differ only in case have the
     * same include guard.
     */
    private static String key(Schema schema) {
        return schema.path().toLowerCase(Locale.ROOT);
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
            JavaFileWriter.write(model, seesGenerated(origin), writer);
        }
    }

    /** Whether the code may use {@code @Generated}. In a named module, it may only if the module requires {@code java.compiler}. */
    private boolean seesGenerated(TypeElement origin) {
        Elements elements = environment.getElementUtils();
        return elements.getTypeElement(elements.getModuleOf(origin), Generated.class.getName()) != null;
    }

    private void report(SourceLocation place, Rule rule, Object... args) {
        Problems.report(environment.getMessager(), place, rule, args);
    }
}

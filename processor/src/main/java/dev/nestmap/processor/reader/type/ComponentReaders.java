/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ScalarConversion;
import dev.nestmap.processor.reader.declaration.Imports;
import dev.nestmap.processor.reader.source.CompilerContext;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;

/** Chooses the reader for each component by its Java type. */
final class ComponentReaders {
    /** Stands in for a rejected component, so that Nestmap can check the rest of the record. */
    private static final Conversion PLACEHOLDER = new ScalarConversion(Scalar.U32, TypeName.INT, false);

    private final SizeCheck sizes;
    private final TimeReader times;
    private final List<ComponentReader> readers;

    ComponentReaders(CTypeReader types, Imports imports, CompilerContext context, SizeCheck sizes, Problems problems) {
        WidthCheck widths = new WidthCheck(problems);
        this.sizes = sizes;
        this.times = new TimeReader(widths, problems);
        this.readers = List.of(
                new MissingTypeReader(problems),
                new ArrayReader(types, sizes),
                new IntegerReader(problems),
                new BigIntegerReader(problems),
                new BooleanReader(widths),
                new ValueReader(imports, widths),
                new ByteStringReader(widths),
                new ListReader(types, sizes, context.types()),
                new StringReader(widths),
                times,
                new EnumReader(types, widths, problems),
                new FlagsReader(types, widths, problems),
                new RecordReader(types, widths),
                new UnionReader(types, widths, problems),
                new UnsupportedTypeReader(context.types(), problems));
    }

    /** Reads every component, so that all problems are found. */
    List<Conversion> readAll(List<? extends RecordComponentElement> elements) {
        return elements.stream().map(this::read).toList();
    }

    /** Reads one component of a map's record or of a struct. */
    private Conversion read(RecordComponentElement element) {
        Component component = new Component(element);
        ComponentReader reader = reader(component.innermost());
        if (reader instanceof MissingTypeReader || reader instanceof UnsupportedTypeReader) {
            // The type has no elements that @Size could count.
            return reader.read(component.innermost()).orElse(PLACEHOLDER);
        }
        return times.isFitting(component) && sizes.isSized(component, component.dimensions())
                ? read(component).orElse(PLACEHOLDER)
                : PLACEHOLDER;
    }

    /** Reads a component or an element of an array component. */
    Optional<Conversion> read(Component component) {
        return reader(component).read(component);
    }

    private ComponentReader reader(Component component) {
        return readers.stream()
                .filter(reader -> reader.reads(component))
                .findFirst()
                .orElseThrow();
    }
}

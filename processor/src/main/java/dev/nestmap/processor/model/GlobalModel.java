/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.schema.GlobalDef;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A global variable, declared by a record.
 *
 * @param record the record
 * @param global the variable in C
 * @param codec the codec of the record's struct; empty if the variable has the C type of the only component
 * @param components its components in order
 * @param accessor the generated class that reads and writes it; empty for constants
 * @param setAtLoad whether callers pass the first value to {@code load}
 */
public record GlobalModel(
        ClassName record,
        GlobalDef global,
        Optional<ClassName> codec,
        List<ComponentModel> components,
        Optional<ClassName> accessor,
        boolean setAtLoad) {
    /** The method of the object's class that returns the value or the accessor: {@code stats()}. */
    public String member() {
        return MapModel.variable(record);
    }

    /** An expression of the codec. */
    public CodeBlock codecExpression() {
        return codec.map(type -> CodeBlock.of("$T.INSTANCE", type))
                .orElseGet(() -> CodeBlock.of("$L", codecConstant()));
    }

    /** The name of the constant with the codec, in the object's class, if the variable is not a struct: {@code SAMPLE_RATE}. */
    public String codecConstant() {
        return global.name().toUpperCase(Locale.ROOT) + "_CODEC";
    }
}

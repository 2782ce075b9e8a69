/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.CType;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of a C type as a component of a record.
 *
 * @param java its Java type
 * @param annotations the annotations for its form in C
 * @param ctype the resulting C type, with the size of the imported C type
 */
record RecordComponentForm(TypeName java, List<AnnotationSpec> annotations, CType ctype) {
    RecordComponentForm {
        annotations = List.copyOf(annotations);
    }

    /** A form with one more annotation. */
    RecordComponentForm with(AnnotationSpec annotation) {
        List<AnnotationSpec> more = new ArrayList<>(annotations);
        more.add(0, annotation);
        return new RecordComponentForm(java, more, ctype);
    }

    /** The component with this name. */
    ParameterSpec component(String name) {
        return ParameterSpec.builder(java, name).addAnnotations(annotations).build();
    }
}

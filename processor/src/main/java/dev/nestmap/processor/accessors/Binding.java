/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import dev.nestmap.processor.binding.MapBinding;
import dev.nestmap.processor.binding.Spi;
import javax.lang.model.element.Modifier;

/** Writes the method by which an accessor binds to an object by itself. */
final class Binding {
    private Binding() {}

    static MethodSpec in(MapBinding map, ClassName holder) {
        return MethodSpec.methodBuilder("in")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc(
                        "The map {@code $L} of any loaded object, once it is known to be as declared.\n",
                        map.map().name())
                .returns(map.accessor())
                .addParameter(Spi.api("LoadedObject"), "object")
                .addStatement(
                        "return $T.SPEC.bind(object, $S, $T::new)",
                        holder,
                        map.map().name(),
                        map.accessor())
                .build();
    }
}

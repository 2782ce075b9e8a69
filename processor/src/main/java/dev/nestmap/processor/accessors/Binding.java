/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import dev.nestmap.processor.binding.MapBinding;
import dev.nestmap.processor.binding.Spi;
import dev.nestmap.schema.MapRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes the methods by which an accessor binds by itself: to an object, to a pin, or to nothing but the kernel. */
final class Binding {
    private static final ClassName ACCESS = Spi.api("PinAccess");
    private static final ClassName OPTIONS = Spi.api("PinOptions");

    private Binding() {}

    /** All ways to bind the map by itself. */
    static List<MethodSpec> all(MapBinding map, ClassName holder) {
        List<MethodSpec> methods = new ArrayList<>();
        if (map.map().role() != MapRole.INNER) {
            methods.add(in(map, holder));
        }
        methods.add(openPinned(map)
                .addJavadoc(
                        "The pinned map at a path, to be read and written, once it is known to be as declared. It takes no"
                                + " object file.\n")
                .addStatement("return openPinned(pin, $T.READ_WRITE)", ACCESS)
                .build());
        methods.add(openPinned(map)
                .addJavadoc(
                        "The pinned map at a path, once it is known to be as declared. For {@link $T#READ_ONLY} it takes no"
                                + " privileges but to read the pin.\n",
                        ACCESS)
                .addParameter(ACCESS, "access")
                .addStatement(
                        "return $T.SPEC.openPinned($S, pin, access, $T::new)",
                        holder,
                        map.map().name(),
                        owned(map))
                .build());
        if (map.map().role() == MapRole.OUTER) {
            methods.addAll(create(map, holder));
        }
        return methods;
    }

    private static List<MethodSpec> create(MapBinding map, ClassName holder) {
        String name = map.map().name();
        return List.of(
                create(map)
                        .addJavadoc("A new, empty map that is in no object.\n")
                        .addStatement("return $T.SPEC.create($S, $T::new)", holder, name, owned(map))
                        .build(),
                create(map)
                        .addJavadoc("A new, empty map that other processes, and objects, find by its pin.\n")
                        .addParameter(Path.class, "pin")
                        .addStatement("return create(pin, $T.asDeclared())", OPTIONS)
                        .build(),
                create(map)
                        .addJavadoc("A new, empty map that other processes, and objects, find by its pin.\n")
                        .addJavadoc("\n@param options who may open the pin\n")
                        .addParameter(Path.class, "pin")
                        .addParameter(OPTIONS, "options")
                        .addStatement("return $T.SPEC.create($S, pin, options, $T::new)", holder, name, owned(map))
                        .build());
    }

    private static MethodSpec.Builder create(MapBinding map) {
        return MethodSpec.methodBuilder("create")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(owned(map));
    }

    private static MethodSpec.Builder openPinned(MapBinding map) {
        return MethodSpec.methodBuilder("openPinned")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(owned(map))
                .addParameter(Path.class, "pin");
    }

    private static ClassName owned(MapBinding map) {
        return Owned.nameOf(map.accessor());
    }

    private static MethodSpec in(MapBinding map, ClassName holder) {
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

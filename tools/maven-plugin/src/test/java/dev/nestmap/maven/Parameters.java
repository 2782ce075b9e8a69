/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.Module;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.apache.maven.model.Plugin;

/** Sets the fields of a goal as Maven does. */
record Parameters(ModuleMojo mojo) {
    /** Sets the directories of a module. */
    void setModule(Module module) throws ReflectiveOperationException {
        set(ModuleMojo.class, "baseDirectory", module.layout().base().toFile());
        set(ModuleMojo.class, "sourceDirectory", module.layout().sources().toFile());
        set(ModuleMojo.class, "outputDirectory", module.layout().output().toFile());
        set(ModuleMojo.class, "workDirectory", module.layout().work().toFile());
        if (mojo instanceof RecordMojo) {
            set(RecordMojo.class, "plugins", List.of());
            set(RecordMojo.class, "dependencies", List.of());
            set(RecordMojo.class, "version", "1.2.3");
        }
    }

    void skip() throws ReflectiveOperationException {
        set(ModuleMojo.class, "skip", true);
    }

    /** Sets the plugins of the module's POM. */
    void setPlugins(List<Plugin> plugins) throws ReflectiveOperationException {
        set(RecordMojo.class, "plugins", plugins);
    }

    /** Sets a parameter that only some goals have. */
    void set(String parameter, Object value) throws ReflectiveOperationException {
        Class<?> owner = mojo.getClass();
        while (Arrays.stream(owner.getDeclaredFields())
                .noneMatch(field -> field.getName().equals(parameter))) {
            owner = owner.getSuperclass();
        }
        set(owner, parameter, value);
    }

    private void set(Class<?> owner, String parameter, Object value) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(parameter);
        field.setAccessible(true);
        field.set(mojo, value);
    }
}

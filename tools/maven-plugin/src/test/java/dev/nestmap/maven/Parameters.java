/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import dev.nestmap.builder.Module;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.apache.maven.model.Plugin;

/** Sets the fields of a goal as Maven does. */
record Parameters(AbstractModuleMojo mojo) {
    /** Sets the directories of a module. */
    void setModule(Module module) throws ReflectiveOperationException {
        set(AbstractModuleMojo.class, "baseDirectory", module.layout().base().toFile());
        set(
                AbstractModuleMojo.class,
                "sourceDirectory",
                module.layout().sources().toFile());
        set(
                AbstractModuleMojo.class,
                "outputDirectory",
                module.layout().output().toFile());
        set(AbstractModuleMojo.class, "workDirectory", module.layout().work().toFile());
        if (mojo instanceof AbstractCompileMojo) {
            setPlugins(List.of());
        }
    }

    void skip() throws ReflectiveOperationException {
        set(AbstractModuleMojo.class, "skip", true);
    }

    /** Sets the plugins of the module's POM. */
    void setPlugins(List<Plugin> plugins) throws ReflectiveOperationException {
        set("plugins", plugins);
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

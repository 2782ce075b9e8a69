/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.lang.reflect.Field;

/** Sets the fields of a goal as Maven does. */
record Parameters(ModuleMojo mojo) {
    /** Sets the directories of a module. */
    void setModule(Module module) throws ReflectiveOperationException {
        set(ModuleMojo.class, "baseDirectory", module.layout().base().toFile());
        set(ModuleMojo.class, "sourceDirectory", module.layout().sources().toFile());
        set(ModuleMojo.class, "outputDirectory", module.layout().output().toFile());
        set(ModuleMojo.class, "workDirectory", module.layout().work().toFile());
    }

    void skip() throws ReflectiveOperationException {
        set(ModuleMojo.class, "skip", true);
    }

    /** Sets a parameter that only this goal has. */
    void set(String parameter, Object value) throws ReflectiveOperationException {
        set(mojo.getClass(), parameter, value);
    }

    private void set(Class<?> owner, String parameter, Object value) throws ReflectiveOperationException {
        Field field = owner.getDeclaredField(parameter);
        field.setAccessible(true);
        field.set(mojo, value);
    }
}

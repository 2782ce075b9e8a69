module app {
    requires dev.nestmap.runtime;

    opens app to
            dev.nestmap.runtime; // for LoadedObject.inMemory
}

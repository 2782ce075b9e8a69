module app {
    requires dev.nestmap.runtime;
}

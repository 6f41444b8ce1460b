import { Module, type DynamicModule, type Provider } from '@nestjs/common';

@Module({})
class PortsModule {}

/** A global module that gives all of these, as the roles' own does. */
export function globalModule(providers: Provider[]): DynamicModule {
  return { module: PortsModule, global: true, providers, exports: providers };
}

import type { OpenAPIObject } from '@nestjs/swagger';

/** The API's own document, made when it is first asked for: that takes a quarter of a CPU second, and 500 modules that nothing else needs. */
export class OpenApi {
  private make: () => Promise<OpenAPIObject> = () => Promise.reject(new Error('Not all routes are known yet'));
  private made: Promise<OpenAPIObject> | undefined;

  /** To be called once all routes are known. */
  makeWith(make: () => Promise<OpenAPIObject>): void {
    this.make = make;
  }

  document(): Promise<OpenAPIObject> {
    return (this.made ??= this.make());
  }
}

import type { OpenAPIObject } from '@nestjs/swagger';

/** The API's own document, made when it is first asked for: that takes a quarter of a CPU second. */
export class OpenApi {
  private make: () => OpenAPIObject = () => {
    throw new Error('Not all routes are known yet');
  };
  private made: OpenAPIObject | undefined;

  /** To be called once all routes are known. */
  makeWith(make: () => OpenAPIObject): void {
    this.make = make;
  }

  get document(): OpenAPIObject {
    return (this.made ??= this.make());
  }
}
